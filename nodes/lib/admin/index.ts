import type { NodeAPI } from "node-red";
import { guard, type Handler, Responder } from "./http";
import {
  discoverHandler,
  playersHandler,
  serversHandler,
  signInCancelHandler,
  signInHandler,
  signInStatusHandler,
  sourcesHandler,
  testHandler,
} from "./routes";
import { SignInSessions } from "./sign-in";

/**
 * Registers what the forms of the editor ask the runtime for. Whoever may deploy may ask: these routes make Node-RED
 * open connections, with a stored token too.
 */
export function registerAdminRoutes(RED: NodeAPI): void {
  const responder = new Responder(RED);
  const sessions = new SignInSessions();
  const handlers: Record<string, Handler> = {
    "sign-in": signInHandler(RED, sessions),
    "sign-in/status": signInStatusHandler(sessions),
    "sign-in/cancel": signInCancelHandler(sessions),
    servers: serversHandler(RED, sessions),
    discover: discoverHandler(RED),
    test: testHandler(RED),
    sources: sourcesHandler(RED, sessions),
    players: playersHandler(RED, sessions),
  };
  for (const [path, handler] of Object.entries(handlers)) {
    const permitted = RED.auth.needsPermission("flows.write");
    RED.httpAdmin.post(`/plex-config/${path}`, permitted, guard, responder.respondWith(handler));
  }
}
