import {
  composeDirectNames,
  type Connection,
  type Fields,
  isFields,
  isLinkLocal,
  limitConnections,
  orderConnections,
  readConnection,
  readDirectAddress,
  readFlag,
  readIdentifier,
  readLabel,
  readList,
  readString,
} from "../answers";
import { invalidResponse, PlexError } from "../errors";
import { isHeaderSafe, trimSlashes } from "../settings";
import { parseUrl } from "../url";

/** More than any account has, so that an answer made to keep this program busy does not. */
const maxServers = 500;
const maxConnections = 32;

/** A Plex Media Server that an account can reach. */
export interface AccountServer {
  readonly machineIdentifier: string;
  readonly name: string;
  /** Who shares it; null for an own one. */
  readonly owner: string | null;
  readonly owned: boolean;
  /** Whether plex.tv thinks that it runs. */
  readonly online: boolean;
  readonly version: string | null;
  /** The token for this server, null where plex.tv gave none. */
  readonly accessToken: string | null;
  /** Whether it refuses plain http. */
  readonly httpsRequired: boolean;
  readonly connections: readonly Connection[];
}

/** A cloud source that an account can use. */
export interface AccountProvider {
  /** Such as `tv.plex.provider.discover`. */
  readonly identifier: string;
  readonly name: string;
}

/** Where a connection leads, so that each place is tried once. */
function identify({ uri }: Connection): string {
  return trimSlashes(uri);
}

function readConnections(resource: Fields): Connection[] {
  const lists = [resource.connections, resource.Connection, resource.connection].flatMap(readList);
  // The XML of /api/v2 has <connections><connection …/></connections>.
  const flat = lists.flatMap((entry) => ("connection" in entry ? readList(entry.connection) : [entry]));
  const connections = flat.map(readConnection).filter((connection) => connection !== null);
  return limitConnections(unique(connections, identify), maxConnections);
}

function readServer(resource: Fields): AccountServer | null {
  const machineIdentifier = readIdentifier(resource, "clientIdentifier");
  const provides = (readString(resource, "provides") ?? "").split(",").map((role) => role.trim());
  if (machineIdentifier === null || !provides.includes("server")) return null;
  const owned = readFlag(resource, "owned");
  const accessToken = readString(resource, "accessToken");
  return {
    machineIdentifier,
    name: readLabel(resource, "name") ?? machineIdentifier,
    owner: owned ? null : readLabel(resource, "sourceTitle"),
    owned,
    online: readFlag(resource, "presence"),
    version: readLabel(resource, "productVersion"),
    accessToken: accessToken !== null && isHeaderSafe(accessToken) ? accessToken : null,
    httpsRequired: readFlag(resource, "httpsRequired"),
    connections: readConnections(resource),
  };
}

/**
 * All that an account has, in an answer of plex.tv's `/api/v2/resources`: servers, players, and what else there is.
 * @throws PlexError `invalid-response` when it is something else
 */
export function readResources(document: unknown): Fields[] {
  return readEntries(document, "resources", "resource");
}

/** The entries of a list in any of its forms: bare, in a MediaContainer, or in an element of its own. */
function readEntries(document: unknown, outer: string, inner: string): Fields[] {
  if (Array.isArray(document)) return readList(document);
  const root = isFields(document) ? document : {};
  for (const name of ["MediaContainer", outer]) {
    const container = readList(root[name])[0];
    if (container) return ["Device", "resource", inner].flatMap((key) => readList(container[key]));
  }
  throw invalidResponse("The answer of plex.tv is not the list that was asked for.", 200);
}

function unique<T>(entries: readonly T[], identify: (entry: T) => string): T[] {
  return [...new Map([...entries].reverse().map((entry) => [identify(entry), entry])).values()].reverse();
}

/**
 * The servers in an answer of plex.tv's `/api/v2/resources`: a bare JSON array, or the XML of this or the older
 * `/api/resources`. Players and what else an account has are left out.
 * @throws PlexError `invalid-response` when it is something else
 */
export function readServers(document: unknown): AccountServer[] {
  const servers = readResources(document).map(readServer);
  return unique(
    servers.filter((server) => server !== null),
    ({ machineIdentifier }) => machineIdentifier,
  ).slice(0, maxServers);
}

/**
 * The cloud sources in an answer of plex.tv's `/media/providers`: a bare array of `{identifier, title, …}`, or a
 * MediaContainer with MediaProvider in it.
 * @throws PlexError `invalid-response` when it is something else
 */
export function readProviders(document: unknown): AccountProvider[] {
  const providers = readEntries(document, "providers", "MediaProvider").flatMap((entry) => {
    const identifier = readIdentifier(entry, "identifier");
    return identifier === null ? [] : [{ identifier, name: readLabel(entry, "title") ?? identifier }];
  });
  return unique(providers, ({ identifier }) => identifier).slice(0, maxServers);
}

/** One server of the list. @throws PlexError `not-found` when it is not among them */
export function findServer(servers: readonly AccountServer[], machineIdentifier: string): AccountServer {
  const server = servers.find((each) => each.machineIdentifier === machineIdentifier);
  if (server) return server;
  throw new PlexError({
    code: "not-found",
    what: "The account does not have this server, or not any more.",
    hint: "Ask for the account's servers again and choose one of them.",
  });
}

/** A local https address by its IP over plain http: where the router keeps plex.direct names from being found. */
function plainly({ protocol, address, port, local, relay }: Connection): Connection[] {
  if (protocol !== "https" || !local || relay || isLinkLocal(address)) return [];
  const host = address.includes(":") ? `[${address}]` : address;
  const uri = `http://${host}:${port}`;
  return parseUrl(uri) ? [{ uri, protocol: "http", address, port, local, relay }] : [];
}

/** The other names of an IPv6 address below plex.direct: which of them is known there is not documented. */
function otherwiseNamed(connection: Connection): Connection[] {
  const url = new URL(connection.uri);
  const [label, hash = ""] = url.hostname.split(".");
  const address = readDirectAddress(url.hostname);
  if (address === null) return [];
  const others = composeDirectNames(address, hash).filter((name) => !name.startsWith(`${label ?? ""}.`));
  return others.map((name) => ({ ...connection, uri: connection.uri.replace(url.hostname, name) }));
}

/** What to try to reach a server, in order of preference, without doubles. */
export function candidateConnections(server: AccountServer): Connection[] {
  const { connections, httpsRequired } = server;
  const derived = [...connections.flatMap(otherwiseNamed), ...(httpsRequired ? [] : connections.flatMap(plainly))];
  return orderConnections(unique([...connections, ...derived], identify));
}
