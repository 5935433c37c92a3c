import { type Connection, orderConnections } from "../../../../src/answers";
import { authoritiesOnly } from "../../../../src/http";
import { createProbeLimit, probe, type ProbeResult } from "../../../../src/probe";
import type { ConnectionSettings } from "./form";

/** All forms together: a search may find many servers. */
const limit = createProbeLimit();

/** Tries every connection of a server from here, without any token, in order of preference. @throws PlexError */
export async function tryConnections(
  machineIdentifier: string,
  connections: readonly Connection[],
  { headers, tls, proxy, timeout }: ConnectionSettings,
  signal: AbortSignal,
): Promise<Pick<ProbeResult, "connections" | "connection">> {
  const {
    connections: tried,
    connection,
    failures,
  } = await probe({
    connections: orderConnections(connections),
    machineIdentifier,
    headers,
    timeout,
    limit,
    // What the node would accept from its server is accepted here, where nothing secret is sent.
    tls: { ...authoritiesOnly(tls), ...(tls.rejectUnauthorized === false && { rejectUnauthorized: false }) },
    proxy,
    signal,
    waitForAll: true,
  });
  const fault = failures.find(({ detail }) => detail === "own-fault");
  if (fault && !connection) throw fault;
  return { connections: tried, connection };
}
