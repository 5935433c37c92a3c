import { parseUrl } from "../url";
import { type Fields, readFlag, readPort, readString } from "./fields";
import { isDockerAddress } from "./plex-direct";

/** One way to reach a source. */
export interface Connection {
  /** Base URL, to be used as it is: its host name is the one in the certificate. */
  readonly uri: string;
  readonly protocol: "http" | "https";
  readonly address: string;
  readonly port: number;
  /** Inside the same network as the server that was asked. */
  readonly local: boolean;
  /** Through Plex's relay, with little bandwidth: the last resort. */
  readonly relay: boolean;
}

function composeUri(fields: Fields): string {
  const address = readString(fields, "address") ?? "";
  const host = address.includes(":") && !address.startsWith("[") ? `[${address}]` : address;
  // Without its port, an address would lead to whoever listens at the usual one.
  const port = readString(fields, "port") === null ? "" : `:${readPort(fields, "port") ?? 0}`;
  return `${readString(fields, "protocol") ?? "http"}://${host}${port}`;
}

/** A connection with all its fields, filled in from its `uri` or the reverse; null when it leads nowhere. */
export function readConnection(fields: Fields): Connection | null {
  const uri = readString(fields, "uri")?.trim() || composeUri(fields);
  const url = parseUrl(uri);
  if (!url || !/^https?:$/.test(url.protocol) || url.port === "0") return null;
  const protocol = url.protocol === "https:" ? "https" : "http";
  return {
    uri,
    protocol,
    address: readString(fields, "address") ?? url.hostname.replace(/^\[|\]$/g, ""),
    port: readPort(fields, "port") ?? (Number(url.port) || (protocol === "https" ? 443 : 80)),
    local: readFlag(fields, "local"),
    relay: readFlag(fields, "relay"),
  };
}

/** Order of preference: local, remote, relay, and https before http in each; the lower the better. */
export function rankConnection({ local, relay, protocol }: Connection): number {
  const distance = relay ? 2 : local ? 0 : 1;
  return distance * 2 + (protocol === "https" ? 0 : 1);
}

/** Local before remote before relay, https before http in each (Plex: local first, relay as the last resort). */
export function orderConnections<T extends Connection>(connections: readonly T[]): T[] {
  return [...connections].sort((a, b) => rankConnection(a) - rankConnection(b));
}

/** What is alike enough for a limit to take by turns: a server in Docker tells an address for every bridge. */
function kindOf(connection: Connection): string {
  const { address } = connection;
  const family = isDockerAddress(address) ? "Docker" : address.includes(":") ? "IPv6" : "IPv4";
  return `${rankConnection(connection)} ${family}`;
}

/**
 * The first connections in order of preference, as many as are wanted: where there are more, each kind keeps its place
 * among them (local, remote, relay, https, http, IPv4, IPv6 and Docker's addresses), and none crowds out another.
 */
export function limitConnections<T extends Connection>(connections: readonly T[], max: number): T[] {
  const counts = new Map<string, number>();
  const ordered = orderConnections(connections);
  const turns = ordered.map((connection) => {
    const kind = kindOf(connection);
    const turn = counts.get(kind) ?? 0;
    counts.set(kind, turn + 1);
    return { connection, turn };
  });
  const chosen = turns.sort((a, b) => a.turn - b.turn).slice(0, max);
  const kept = new Set(chosen.map(({ connection }) => connection));
  return ordered.filter((connection) => kept.has(connection));
}
