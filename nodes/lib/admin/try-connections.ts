import { orderConnections, type Connection } from "../../../src/connections";
import { probe, type ProbeResult } from "../../../src/probe";
import { trustFrom } from "../../../src/plex-tv-trust";
import type { Reach } from "./form";

/** ms for all connections of a server. */
const patience = 5_000;

/** Tries every connection of a server from here, without any token, in order of preference. @throws PlexError */
export async function tryConnections(
  machineIdentifier: string,
  connections: readonly Connection[],
  { headers, tls, proxy }: Reach,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const result = await probe({
    connections: orderConnections(connections),
    machineIdentifier,
    headers,
    timeout: patience,
    // What the node would accept from its server is accepted here, where nothing secret is sent.
    tls: { ...trustFrom(tls), ...(tls.rejectUnauthorized === false && { rejectUnauthorized: false }) },
    proxy,
    signal,
    waitForAll: true,
  });
  return result;
}
