import type { SourceConnection } from "../types";
import type { Listener } from "../http/listener";
import type { TokenStore } from "./tokens";

/** A source that the user's server knows. */
export interface Source {
  readonly name: string;
  readonly clientIdentifier: string;
  /** The tokens of the server behind it: the access token has to be good there. */
  readonly tokens: TokenStore;
  /** Whether the user owns it: the access token has the owner's rights there. */
  readonly owned: boolean;
  connections: readonly SourceConnection[];
}

/** Sources by their identifier (`server://…`, `provider://…`). */
export type Sources = Map<string, Source>;

/**
 * The connections of a simulated server as Plex would list them. The second one is the real address; the
 * plex.direct names lead nowhere useful (loopback with the wrong certificate, and addresses kept for documents).
 */
export function connectionsOf(listener: Listener, certificateHash: string): SourceConnection[] {
  const { protocol, address, port, url } = listener;
  const direct = (ip: string, itsPort: number) =>
    `https://${ip.replace(/[.:]/g, "-")}.${certificateHash}.plex.direct:${itsPort}`;
  return [
    { protocol: "https", address, uri: direct(address, port), port, local: true },
    { protocol, address, uri: url, port, local: true },
    { protocol: "https", address: "203.0.113.7", uri: direct("203.0.113.7", 32400), port: 32400, local: false },
    {
      protocol: "https",
      address: "198.51.100.9",
      uri: direct("198.51.100.9", 8443),
      port: 8443,
      local: false,
      relay: true,
    },
  ];
}
