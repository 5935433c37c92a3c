import { PlexError } from "../errors";
import { type Connection, orderConnections, readConnection } from "./connections";
import { type Fields, readList, readString } from "./fields";
import { readContainer } from "./media-container";

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

function readDevice(container: Fields, source: string): Fields {
  const devices = readList(container.Device);
  const identifier = source.slice(source.indexOf("://") + 3).toLowerCase();
  const named = devices.find((device) => readString(device, "clientIdentifier")?.toLowerCase() === identifier);
  // Providers are known by other names too; another server is not the one that was asked for.
  const isProvider = source.startsWith("provider://");
  const device = named ?? devices.find((each) => isProvider || readString(each, "clientIdentifier") === null);
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
 * @throws PlexError `not-found` when it holds no Device, or that of another server, `invalid-response` when it is something else
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
