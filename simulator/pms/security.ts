import { sendContainer, sendError } from "../http/replies";
import type { Exchange } from "../types";
import type { Sources } from "./sources";
import type { TokenRights, TokenStore } from "./tokens";

const SOURCE_FORM = /^(?:server|provider):\/\/(?:[a-fA-F0-9-]*\/)?[^/]+$/;

/** `/security/token`: a new transient token, for the caller's own token. */
export function answerToken(exchange: Exchange, rights: TokenRights, tokens: TokenStore): void {
  const { query } = exchange.request;
  if (query.get("type") !== "delegation" || query.get("scope") !== "all") sendError(exchange, 400);
  else if (rights.transient) sendError(exchange, 403);
  else sendContainer(exchange, { size: 0, token: tokens.mint(rights.admin) });
}

/** `/security/resources`: the connections of a source and a transient token for it. */
export function answerResources(exchange: Exchange, rights: TokenRights, sources: Sources): void {
  const { query } = exchange.request;
  const sourceId = query.get("source") ?? "";
  const refresh = query.get("refresh") ?? "0";
  if (!SOURCE_FORM.test(sourceId) || !/^[01]$/.test(refresh)) {
    sendError(exchange, 400);
    return;
  }
  if (!rights.admin) {
    sendError(exchange, 403);
    return;
  }
  const source = sources.get(sourceId);
  if (!source) {
    sendError(exchange, 404);
    return;
  }
  const { name, clientIdentifier, connections } = source;
  const accessToken = source.tokens.mint(source.owned);
  const Connection = connections.map((connection) => ({ ...connection }));
  sendContainer(exchange, { size: 1, Device: { name, clientIdentifier, accessToken, Connection } });
}
