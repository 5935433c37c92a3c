import { type Connection, type Fields, isFields, readConnection } from "../answers";
import { invalidInput, PlexError } from "../errors";
import { noConnectionError } from "../probe";
import { isHeaderSafe, trimSlashes } from "../settings";
import { isOddIp } from "../url";

/** Another source to ask, and how. */
export interface Via {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** The token for this source: the stored one never goes there. */
  readonly token: string;
}

function refuse(): never {
  throw invalidInput(
    "What via points at is not a result of plex-source-connection.",
    "Let a plex-source-connection node put its result there, and leave it as it is.",
  );
}

function readToken({ accessToken }: Fields): string {
  if (typeof accessToken === "string" && isHeaderSafe(accessToken)) return accessToken;
  throw invalidInput(
    "The source that via points at has no accessToken.",
    "Ask plex-source-connection again with refresh on; without a token for it, a source cannot be asked.",
  );
}

/**
 * Whether a parser makes another machine of it: the owner of a server may have typed 192.168.1.010 under Custom server access
 * URLs. One that was chosen has answered as the server that it is.
 */
function isMisread(connection: unknown): boolean {
  const uri = isFields(connection) ? readConnection(connection)?.uri : undefined;
  return uri !== undefined && isOddIp(uri);
}

/** The connection that was chosen, else the first that leads where it says; undefined where there is none. */
function choose({ connection, connections }: Fields): Connection | undefined {
  if (connections !== undefined && connections !== null && !Array.isArray(connections)) refuse();
  const chosen = connection ?? ((connections ?? []) as unknown[]).find((each) => !isMisread(each));
  if (chosen === undefined) return undefined;
  return (isFields(chosen) ? readConnection(chosen) : null) ?? refuse();
}

function read(value: unknown): Via {
  if (!isFields(value) || !("accessToken" in value || "connections" in value || "connection" in value)) refuse();
  const token = readToken(value);
  const connection = choose(value);
  if (!connection) throw noConnectionError([], 0);
  // What else an address may hold, such as a login or a query, is left out.
  const { origin, pathname } = new URL(connection.uri);
  return { url: origin + trimSlashes(pathname), token };
}

/**
 * Whom a result of plex-source-connection leads to: at its `connection`, else at the first of its `connections`, with its
 * `accessToken`.
 * @param value what a message holds: nothing in it can be relied on
 * @throws PlexError `invalid-input` where it is something else or has no `accessToken`, `no-connection` where the source
 * has no connections
 */
export function readVia(value: unknown): Via {
  try {
    return read(value);
  } catch (error) {
    if (error instanceof PlexError) throw error;
    // A getter or a proxy of the flow threw: nothing of it is shown.
    return refuse();
  }
}
