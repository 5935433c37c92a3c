import type { NodeAPI } from "node-red";
import { findLocalServers, readGdmTargets, type GdmServer } from "../../../src/gdm";
import type { Handler } from "./answer";
import { readReach, type Reach } from "./form";
import { tryConnections } from "./try-connections";

async function show(server: GdmServer, reach: Reach, signal: AbortSignal): Promise<object> {
  const { machineIdentifier, name, version, connections } = server;
  const result = await tryConnections(machineIdentifier, connections, reach, signal);
  return { machineIdentifier, name, owner: null, owned: null, online: true, version, ...result };
}

/** The route for the servers of the local network. */
export function discoverHandler(RED: NodeAPI): Handler {
  return async (form, { signal }) => {
    const reach = readReach(RED, form);
    const { plexConfigGdmTargets } = RED.settings as { plexConfigGdmTargets?: unknown };
    const servers = await findLocalServers({ targets: readGdmTargets(plexConfigGdmTargets), signal });
    const shown = servers.sort((a, b) => a.name.localeCompare(b.name)).map((server) => show(server, reach, signal));
    return { servers: await Promise.all(shown) };
  };
}
