import { orderConnections, readConnection, type Connection } from "./connections";
import { PlexError } from "./errors";
import { notAnAnswer } from "./failures";
import { isFields, readList, readString, type Fields } from "./lenient";
import { isHeaderSafe } from "./token";

/** The longest life of a transient token in ms: Plex documents 48 hours; a restart of the server ends it earlier. */
export const transientTokenLife = 48 * 60 * 60 * 1000;

/** A short-lived token with the rights of the token that asked for it. */
export interface TransientToken {
  readonly token: string;
  readonly type: "delegation";
  readonly scope: "all";
  /** Epoch ms at which the answer came. */
  readonly issuedAt: number;
  /** Epoch ms at which it is dead at the latest. */
  readonly expiresAt: number;
  /** False for the call whose request obtained it. */
  readonly reused: boolean;
}

/** How to reach a server or cloud source, and a token for it. */
export interface SourceConnection {
  /** The identifier that was asked for. */
  readonly source: string;
  readonly name: string | null;
  /** A server's machineIdentifier, or the provider's identifier. */
  readonly clientIdentifier: string | null;
  /** A transient token for the source. */
  readonly accessToken: string | null;
  /** In order of preference; may be empty. */
  readonly connections: readonly Connection[];
}

function readContainer(document: unknown): Fields {
  const container = isFields(document) ? readList(document.MediaContainer)[0] : undefined;
  if (container) return container;
  throw notAnAnswer("The answer is not one of a Plex Media Server: it has no MediaContainer.", 200);
}

/**
 * The token in an answer of `/security/token`, e.g. `{"MediaContainer":{"size":0,"token":"transient-…"}}`.
 * @throws PlexError `invalid-response` when there is none
 */
export function readTransientToken(document: unknown): TransientToken {
  const { token } = readContainer(document);
  if (typeof token !== "string" || !isHeaderSafe(token)) throw notAnAnswer("The answer holds no token.", 200);
  const issuedAt = Date.now();
  return { token, type: "delegation", scope: "all", issuedAt, expiresAt: issuedAt + transientTokenLife, reused: false };
}

function readDevice(container: Fields, source: string): Fields {
  const devices = readList(container.Device);
  const identifier = source.slice(source.indexOf("://") + 3);
  const device = devices.find(({ clientIdentifier }) => clientIdentifier === identifier) ?? devices[0];
  if (device) return device;
  throw new PlexError({
    code: "not-found",
    what: "The server does not know this source.",
    hint: "See whether the identifier is right and the server's account has access to it, or ask with refresh on.",
    statusCode: 200,
  });
}

/**
 * The source in an answer of `/security/resources`: a Device with its Connection list, in any of the shapes that
 * clients have met (one or a list of each, numbers and flags as text).
 * @throws PlexError `not-found` when it holds no Device, `invalid-response` when it is something else
 */
export function readSourceConnection(document: unknown, source: string): SourceConnection {
  const device = readDevice(readContainer(document), source);
  const connections = readList(device.Connection).map(readConnection);
  return {
    source,
    name: readString(device, "name"),
    clientIdentifier: readString(device, "clientIdentifier"),
    accessToken: readString(device, "accessToken"),
    connections: orderConnections(connections.filter((connection) => connection !== null)),
  };
}
