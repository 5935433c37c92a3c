import { composeDirectNames, type Connection, isDockerAddress, readIdentifier, readLabel, readPort } from "../answers";

/** More than any server tells of itself. */
const maxReplySize = 4096;

/** Of the addresses that a server answered from, those that are tried. */
const maxTried = 4;

/** What a Plex Media Server tells of itself on the local network. */
export interface GdmReply {
  readonly machineIdentifier: string;
  readonly name: string;
  readonly port: number;
  /** The name of its certificate, `<32 hex digits>.plex.direct`; null where it told none. */
  readonly host: string | null;
  readonly version: string | null;
}

/**
 * Reads one answer to a search: a status line of 200 and `Name: value` lines, of which Plex Media Server sends
 * Content-Type `plex/media-server`, Host, Name, Port, Resource-Identifier, Updated-At and Version.
 * @returns null for whatever else comes from a network
 */
export function readGdmReply(datagram: Buffer): GdmReply | null {
  if (datagram.length > maxReplySize) return null;
  const [status = "", ...lines] = datagram.toString("utf8").split(/\r?\n/);
  if (!/^HTTP\/1\.\d 200\b/.test(status)) return null;
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon > 0) fields[line.slice(0, colon).toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  const machineIdentifier = readIdentifier(fields, "resource-identifier");
  const port = readPort(fields, "port");
  const type = fields["content-type"] ?? "plex/media-server";
  if (machineIdentifier === null || port === null || !/^plex\/media-server\b/i.test(type)) return null;
  const host = fields.host?.toLowerCase() ?? "";
  return {
    machineIdentifier,
    port,
    name: readLabel(fields, "name") ?? machineIdentifier,
    host: /^[0-9a-f]{32}\.plex\.direct$/.test(host) ? host : null,
    version: readLabel(fields, "version"),
  };
}

function rankAddress(address: string): number {
  if (address.startsWith("127.")) return 2;
  return isDockerAddress(address) ? 1 : 0;
}

/**
 * The addresses to try of those that a server answered from: one that others can use as well goes before those of Docker's
 * bridges, and these before this machine's own.
 */
export function chooseAddresses(addresses: readonly string[]): string[] {
  return [...addresses].sort((a, b) => rankAddress(a) - rankAddress(b)).slice(0, maxTried);
}

/** How to reach a server that answered from this address: by the name of its certificate, and plainly. */
export function gdmConnections({ host, port }: GdmReply, address: string): Connection[] {
  const local = { address, port, local: true, relay: false };
  const names = host === null ? [] : composeDirectNames(address, host.slice(0, host.indexOf(".")));
  const direct = names.map((name) => ({ ...local, protocol: "https", uri: `https://${name}:${port}` }) as const);
  return [...direct, { ...local, protocol: "http", uri: `http://${address}:${port}` }];
}
