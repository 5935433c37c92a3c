import type { NodeAPI } from "node-red";
import type { Handler } from "../http";
import { SignInSessions } from "../sign-in";
import { discoverHandler } from "./discover";
import { playersHandler } from "./players";
import { serversHandler } from "./servers";
import { signInHandler } from "./sign-in";
import { signInCancelHandler } from "./sign-in-cancel";
import { signInStatusHandler } from "./sign-in-status";
import { sourcesHandler } from "./sources";
import { testHandler } from "./test";

/** The paths of the routes, below that of the plex-config node. */
export type RoutePath =
  "sign-in" | "sign-in/status" | "sign-in/cancel" | "servers" | "discover" | "test" | "sources" | "players";

/** What answers each route. The sign-ins that are under way are kept with it. */
export function createHandlers(RED: NodeAPI): Readonly<Record<RoutePath, Handler>> {
  const sessions = new SignInSessions();
  return {
    "sign-in": signInHandler(RED, sessions),
    "sign-in/status": signInStatusHandler(sessions),
    "sign-in/cancel": signInCancelHandler(sessions),
    servers: serversHandler(RED, sessions),
    discover: discoverHandler(RED),
    test: testHandler(RED),
    sources: sourcesHandler(RED, sessions),
    players: playersHandler(RED, sessions),
  };
}
