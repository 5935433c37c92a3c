import type { SourceConnection } from "../types";

/** One entry of /api/v2/resources, as far as the simulator sets it. */
export interface AccountResource {
  readonly name: string;
  readonly clientIdentifier: string;
  readonly accessToken: string | null;
  readonly connections: readonly SourceConnection[];
  readonly owned: boolean;
  /** Whether plex.tv thinks that it is running. */
  readonly presence: boolean;
  /** The friend who shares it. */
  readonly owner?: { readonly id: number; readonly title: string };
  readonly player?: boolean;
}

/** A server of the account that is switched off. */
export const OFFLINE_SERVER: AccountResource = {
  name: "Summer House",
  clientIdentifier: "0ff11ne00ff11ne00ff11ne00ff11ne00ff11ne0",
  accessToken: "offline-server-token",
  connections: [offline("203.0.113.20", 32400)],
  owned: true,
  presence: false,
};

/** A player: it has no access token and serves nothing. */
export const PLAYER: AccountResource = {
  name: "Kitchen Radio",
  clientIdentifier: "6d0b5a3e-2f57-4c38-b7d1-4b1f0f6f3c11",
  accessToken: null,
  connections: [],
  owned: true,
  presence: true,
  player: true,
};

function offline(address: string, port: number): SourceConnection {
  return { protocol: "http", address, uri: `http://${address}:${port}`, port, local: true };
}

/** The whole entry, as plex.tv sends it. */
export function describeResource(resource: AccountResource, query: URLSearchParams) {
  const { name, clientIdentifier, accessToken, owned, presence, owner, player = false } = resource;
  const connections = offered(resource.connections, query);
  return {
    name,
    product: player ? "Plexamp" : "Plex Media Server",
    productVersion: player ? "4.12.0" : "1.43.4.10903-e5521bd8c",
    platform: "Linux",
    platformVersion: "6.1.0",
    device: player ? "Raspberry Pi" : "PC",
    clientIdentifier,
    createdAt: "2024-05-01T10:00:00Z",
    lastSeenAt: "2026-01-01T00:00:00Z",
    provides: player ? "client,player,pubsub-player" : "server",
    ownerId: owner?.id ?? null,
    sourceTitle: owner?.title ?? null,
    publicAddress: "203.0.113.7",
    accessToken,
    owned,
    home: false,
    synced: false,
    relay: connections.some(({ relay }) => relay),
    presence,
    httpsRequired: false,
    publicAddressMatches: owned,
    dnsRebindingProtection: false,
    natLoopbackSupported: false,
    connections,
  };
}

/** Relays and HTTPS come only where they are asked for; without HTTPS every address is told as plain HTTP. */
function offered(connections: readonly SourceConnection[], query: URLSearchParams) {
  const chosen = connections.filter(({ relay }) => !relay || query.get("includeRelay") === "1");
  const shown = chosen.map((connection) => (query.get("includeHttps") === "1" ? connection : plain(connection)));
  return shown
    .filter(({ uri }, index) => shown.findIndex((other) => other.uri === uri) === index)
    .map(({ protocol, address, port, uri, local, relay = false }) => {
      return { protocol, address, port, uri, local, relay, IPv6: address.includes(":") };
    });
}

function plain(connection: SourceConnection): SourceConnection {
  const { address, port, protocol } = connection;
  if (protocol === "http") return connection;
  const host = address.includes(":") ? `[${address}]` : address;
  return { ...connection, protocol: "http", uri: `http://${host}:${port}` };
}
