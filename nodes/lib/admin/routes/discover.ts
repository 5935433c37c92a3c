import type { NodeAPI } from "node-red";
import { findLocalServers, type GdmServer, readGdmTargets } from "../../../../src/gdm";
import { type ConnectionSettings, readConnectionSettings, tryConnections } from "../form";
import type { Handler } from "../http";

async function show(server: GdmServer, connection: ConnectionSettings, signal: AbortSignal): Promise<object> {
  const { machineIdentifier, name, version, connections } = server;
  const result = await tryConnections(machineIdentifier, connections, connection, signal);
  return { machineIdentifier, name, owner: null, owned: null, online: true, version, ...result };
}

/** The route for the servers of the local network. */
export function discoverHandler(RED: NodeAPI): Handler {
  return async (form, { signal }) => {
    const connection = readConnectionSettings(RED, form);
    const { plexConfigGdmTargets } = RED.settings as { plexConfigGdmTargets?: unknown };
    const servers = await findLocalServers({ targets: readGdmTargets(plexConfigGdmTargets), signal });
    const shown = servers
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((server) => show(server, connection, signal));
    return { servers: await Promise.all(shown) };
  };
}
