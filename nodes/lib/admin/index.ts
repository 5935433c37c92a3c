import type { NodeAPI } from "node-red";
import { loadOnce } from "../../../src/load-once";
import { guard, Responder } from "./http";
import type { RoutePath } from "./routes";

const paths: readonly RoutePath[] = [
  ...(["sign-in", "sign-in/status", "sign-in/cancel"] as const),
  ...(["servers", "discover", "test", "sources", "players"] as const),
];

/**
 * Registers what the forms of the editor ask the runtime for. Whoever may deploy may ask: these routes make Node-RED
 * open connections, with a stored token too.
 */
export function registerAdminRoutes(RED: NodeAPI): void {
  const responder = new Responder(RED);
  // Most of the time, no form is open.
  const load = loadOnce(async () => (await import("./routes/index.js")).createHandlers(RED));
  for (const path of paths) {
    const permitted = RED.auth.needsPermission("flows.write");
    const answer = responder.respondWith(async (body, call) => (await load())[path](body, call));
    RED.httpAdmin.post(`/plex-config/${path}`, permitted, guard, answer);
  }
}
