import { PlexError } from "./errors";
import type { ProbedConnection } from "./probe";

/** Networks of Docker's bridges (172.16.0.0/12), which nothing outside that machine can reach. */
const dockerAddress = /^172\.(?:1[6-9]|2\d|3[01])\./;

function isBlockedName({ uri, error }: ProbedConnection): boolean {
  return error === "unreachable" && new URL(uri).hostname.endsWith(".plex.direct");
}

function hintFor(connections: readonly ProbedConnection[]): string {
  if (connections.length === 0) return "See whether the server is running and signed in, or ask with refresh on.";
  if (connections.some(({ error }) => error === "tls")) {
    return "Use the addresses as they are, for a certificate is for its plex.direct name, and see whether a proxy or virus scanner takes TLS apart.";
  }
  if (connections.every(({ address }) => dockerAddress.test(address))) {
    return "Give Plex Media Server's container the host network, or set Custom server access URLs on its Network page: 172.x is an address inside Docker.";
  }
  if (connections.some(isBlockedName)) {
    return "Allow plex.direct in your router's DNS rebinding protection, and see whether the server is running and Remote Access is on.";
  }
  return "See whether the server is running and Remote Access is on, and whether a firewall or VLAN lies between.";
}

/**
 * The `no-connection` error: none of a source's connections answered. It names what was tried and why each failed.
 * @param connections all of them, tried in vain
 */
export function noConnection(connections: readonly ProbedConnection[]): PlexError {
  const tried = connections.map(({ uri, error }) => `${new URL(uri).origin}: ${error ?? "timeout"}`).join(", ");
  return new PlexError({
    code: "no-connection",
    what: `None of the ${connections.length} connections of this source answered${tried && ` (${tried})`}.`,
    hint: hintFor(connections),
    retryable: true,
    attempts: connections.length + 1,
  });
}
