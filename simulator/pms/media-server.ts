import { plexValue } from "../http/request";
import { sendError } from "../http/replies";
import type { Exchange } from "../types";
import type { Companion } from "./companion";
import { answerLibrary } from "./library";
import { answerPart } from "./parts";
import type { Notifications } from "./notifications";
import type { PlayQueues } from "./play-queues";
import type { Playing } from "./playing";
import { answerPoster } from "./posters";
import { answerResources, answerToken } from "./security";
import { answerIdentity, answerRoot, type Identity } from "./server-info";
import type { Sources } from "./sources";
import type { TokenRights, TokenStore } from "./tokens";
import type { Watching } from "./watching";

/** What a media server is made of. */
export interface MediaServerParts {
  readonly identity: Identity;
  readonly tokens: TokenStore;
  readonly sources: Sources;
  readonly playQueues: PlayQueues;
  readonly playing: Playing;
  readonly notifications: Notifications;
  readonly companion: Companion;
  readonly watching: Watching;
  /** The verbs that /security/token takes; any verb unless given. */
  readonly tokenMethods?: readonly string[] | undefined;
  /** What another verb gets. */
  readonly methodRefusal?: number | undefined;
}

// The web app's address, worked out by the browser: only the 401 of "/" carries it.
const WEB_APP_SCRIPT =
  "<script>window.location = window.location.href.match(/(^.+\\/)[^\\/]*$/)[1] + 'web/index.html';</script>";

/** Answers one request as a Plex Media Server. */
export function answerMediaServer(server: MediaServerParts, exchange: Exchange): void | Promise<void> {
  const { path } = exchange.request;
  if (path === "/identity") {
    answerIdentity(exchange, server.identity);
    return;
  }
  const rights = server.tokens.check(plexValue(exchange.request, "X-Plex-Token"));
  if (!rights) sendError(exchange, 401, path === "/" ? WEB_APP_SCRIPT : "");
  else if (path === "/") answerRoot(exchange, server.identity);
  else if (path === "/security/token") answerTokenMethod(server, exchange, rights);
  else if (path === "/security/resources") answerResourcesMethod(server, exchange, rights);
  else if (path.startsWith("/library/parts/")) answerPart(exchange);
  else if (path === "/clients") server.companion.list(exchange);
  else if (path.startsWith("/player/")) return server.companion.relay(exchange);
  else if (!answerPlayback(server, exchange, rights) && !answerFilms(server, exchange)) sendError(exchange, 404);
}

/** What has to do with films. Says whether the path was one of those. */
function answerFilms({ watching }: MediaServerParts, exchange: Exchange): boolean {
  return watching.answer(exchange) || answerPoster(exchange) || answerLibrary(exchange, watching);
}

/** What has to do with playing. Says whether the path was one of those. */
function answerPlayback(server: MediaServerParts, exchange: Exchange, rights: TokenRights): boolean {
  const { playQueues, playing, notifications, watching } = server;
  const { path } = exchange.request;
  if (/^\/playQueues(\/|$)/.test(path)) playQueues.answer(exchange);
  else if (path === "/:/timeline") playing.report(exchange);
  else if (path === "/status/sessions") playing.answer(exchange, rights);
  else if (path === "/status/sessions/history/all") watching.answerHistory(exchange, rights);
  else if (path === "/status/sessions/terminate") playing.terminate(exchange, rights);
  else if (path === "/:/eventsource/notifications") notifications.answer(exchange);
  else return false;
  return true;
}

function answerTokenMethod(server: MediaServerParts, exchange: Exchange, rights: TokenRights): void {
  const { tokenMethods, methodRefusal = 404 } = server;
  if (tokenMethods && !tokenMethods.includes(exchange.request.method)) sendError(exchange, methodRefusal);
  else answerToken(exchange, rights, server.tokens);
}

function answerResourcesMethod(server: MediaServerParts, exchange: Exchange, rights: TokenRights): void {
  if (/^(GET|HEAD)$/.test(exchange.request.method)) answerResources(exchange, rights, server.sources);
  else sendError(exchange, 404);
}
