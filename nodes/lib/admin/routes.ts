import type { NodeAPI } from "node-red";
import { Desk, type Handler } from "./answer";
import { checkHandler } from "./check";
import { discoverHandler } from "./discover";
import { guard } from "./guard";
import { serversHandler } from "./servers";
import { signInHandlers } from "./sign-in";
import { SignInSessions } from "./sign-in-sessions";
import { sourcesHandler } from "./sources";

/**
 * Registers what the forms of the editor ask the runtime for. Whoever may deploy may ask: these routes make Node-RED
 * open connections, with a stored token too.
 */
export function registerAdminRoutes(RED: NodeAPI): void {
  const desk = new Desk(RED);
  const sessions = new SignInSessions();
  const signIn = signInHandlers(RED, sessions);
  const handlers: Record<string, Handler> = {
    "sign-in": signIn.start,
    "sign-in/status": signIn.status,
    "sign-in/cancel": signIn.cancel,
    servers: serversHandler(RED, sessions),
    discover: discoverHandler(RED),
    test: checkHandler(RED),
    sources: sourcesHandler(RED, sessions),
  };
  for (const [path, handler] of Object.entries(handlers)) {
    const permitted = RED.auth.needsPermission("flows.write");
    RED.httpAdmin.post(`/plex-config/${path}`, permitted, guard, desk.answerWith(handler));
  }
}
