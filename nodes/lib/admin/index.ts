import type { NodeAPI } from "node-red";
import { guard, Responder } from "./http";
import type { RoutePath } from "./routes";

const paths: readonly RoutePath[] = [
  ...(["sign-in", "sign-in/status", "sign-in/cancel"] as const),
  ...(["servers", "discover", "test", "sources", "players"] as const),
];

/** Loads the handlers with the first request: most of the time, no form is open. */
function createLoader(RED: NodeAPI) {
  const load = () => import("./routes/index.js").then(({ createHandlers }) => createHandlers(RED));
  let handlers: ReturnType<typeof load> | undefined;
  return () =>
    (handlers ??= load().catch((error: unknown) => {
      // The next one may succeed, as where no more files could be opened.
      handlers = undefined;
      throw error;
    }));
}

/**
 * Registers what the forms of the editor ask the runtime for. Whoever may deploy may ask: these routes make Node-RED
 * open connections, with a stored token too.
 */
export function registerAdminRoutes(RED: NodeAPI): void {
  const responder = new Responder(RED);
  const load = createLoader(RED);
  for (const path of paths) {
    const permitted = RED.auth.needsPermission("flows.write");
    const answer = responder.respondWith(async (body, call) => (await load())[path](body, call));
    RED.httpAdmin.post(`/plex-config/${path}`, permitted, guard, answer);
  }
}
