import { isDockerAddress } from "../answers";
import { PlexError } from "../errors";
import type { ProbedConnection } from "./probe";

function isBlockedName({ uri, address, error }: ProbedConnection): boolean {
  return error === "unreachable" && !isDockerAddress(address) && new URL(uri).hostname.endsWith(".plex.direct");
}

/** Whether the source's own network is that of Docker's bridges: what else failed, such as a relay, is beside the point. */
function isInsideDocker(connections: readonly ProbedConnection[]): boolean {
  const near = connections.filter(({ local }) => local);
  return (near.length > 0 ? near : connections).every(({ address }) => isDockerAddress(address));
}

function hintFor(connections: readonly ProbedConnection[]): string {
  if (connections.length === 0) return "See whether the server is running and signed in, or ask with refresh on.";
  if (connections.some(({ error }) => error === "tls")) {
    return "Use the addresses as they are, for a certificate is for its plex.direct name, and see whether a proxy or virus scanner takes TLS apart.";
  }
  if (isInsideDocker(connections)) {
    return "Give Plex Media Server's container the host network, or set Custom server access URLs on its Network page: 172.x is an address inside Docker.";
  }
  if (connections.some(isBlockedName)) {
    return "Allow plex.direct in your router's DNS rebinding protection, and see whether the server is running and Remote Access is on.";
  }
  return "See whether the server is running and Remote Access is on, and whether a firewall or VLAN lies between.";
}

/** The most failures that a message names: it is to be read, and a server may tell of any number of connections. */
const maxNamed = 20;

function tellWhat(connections: readonly ProbedConnection[]): string {
  if (connections.length === 0) return "This source has no connections.";
  const failed = connections.flatMap(({ uri, error }) => (error ? [`${new URL(uri).origin}: ${error}`] : []));
  const failures = [...new Set(failed)];
  const [more, untried] = [failures.length - maxNamed, connections.length - failed.length];
  const rest = [...(more > 0 ? [`and ${more} more`] : []), ...(untried > 0 ? [`${untried} not tried`] : [])];
  const named = [...failures.slice(0, maxNamed), ...rest].join(", ");
  if (connections.length === 1) return `The only connection of this source did not answer (${named}).`;
  return `None of the ${connections.length} connections of this source answered (${named}).`;
}

/** What is wrong here and not there: a fault of this package, or a limit of this machine. */
function findOwn(failures: readonly PlexError[]): PlexError | undefined {
  return (
    failures.find(({ detail }) => detail === "own-fault") ?? failures.find(({ detail }) => detail === "this-machine")
  );
}

/**
 * The `no-connection` error: none of a source's connections answered. It names what was tried and why each failed. Where
 * a fault of this package kept them from being tried, it is that.
 * @param connections all of them, of which none answered
 * @param attempts requests that failed or were answered until then
 * @param failures why they failed, where it is known
 */
export function noConnectionError(
  connections: readonly ProbedConnection[],
  attempts: number,
  failures: readonly PlexError[] = [],
): PlexError {
  const own = findOwn(failures);
  if (own?.detail === "own-fault") return own.withAttempts(attempts);
  return new PlexError({
    code: "no-connection",
    what: tellWhat(connections),
    hint: own?.hint ?? hintFor(connections),
    detail: own?.detail,
    retryable: true,
    attempts,
  });
}
