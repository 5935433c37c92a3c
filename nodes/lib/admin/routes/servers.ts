import type { NodeAPI } from "node-red";
import { readString } from "../../../../src/answers";
import { type AccountServer, candidateConnections, findServer } from "../../../../src/plex-tv";
import { tryConnections } from "../form";
import type { Handler } from "../http";
import { type Account, openAccount, type SignInSessions } from "../sign-in";

/** Own servers first, and those that run first among them. */
function order(a: AccountServer, b: AccountServer): number {
  return Number(b.owned) - Number(a.owned) || Number(b.online) - Number(a.online) || a.name.localeCompare(b.name);
}

function listServers(servers: readonly AccountServer[]): object {
  return {
    servers: [...servers].sort(order).map(({ machineIdentifier, name, owner, owned, online, version }) => {
      return { machineIdentifier, name, owner, owned, online, version };
    }),
  };
}

async function showServer(server: AccountServer, account: Account, signal: AbortSignal): Promise<object> {
  const { machineIdentifier, name, accessToken } = server;
  const tried = await tryConnections(machineIdentifier, candidateConnections(server), account.connection, signal);
  const told = new Set(server.connections.map(({ uri }) => uri));
  // What was composed here, and not told by plex.tv, is only offered once it has answered.
  const connections = tried.connections.filter(({ uri, reachable }) => reachable === true || told.has(uri));
  // Whoever chooses has to know whether there is no token, or one that Node-RED keeps to itself.
  const withheld = account.secret && accessToken !== null;
  const token = withheld ? null : accessToken;
  return { server: { machineIdentifier, name, token, withheld, ...tried, connections } };
}

/** The route for the servers of an account, and for one of them with its addresses tried. */
export function serversHandler(RED: NodeAPI, sessions: SignInSessions): Handler {
  return async (form, call) => {
    const account = openAccount(RED, sessions, form, call);
    const { signal } = call;
    const servers = await account.plexTv.getResources(account.token, { signal });
    const chosen = readString(form, "machineIdentifier");
    return chosen === null ? listServers(servers) : showServer(findServer(servers, chosen), account, signal);
  };
}
