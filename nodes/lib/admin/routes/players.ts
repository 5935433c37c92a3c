import type { NodeAPI } from "node-red";
import {
  mergePlayers,
  type Player,
  readAccountPlayers,
  readClientPlayers,
  readSessionPlayers,
} from "../../../../src/players";
import { PlexClient } from "../../../../src/plex-client";
import { readConnectionSettings, readField, readFormToken } from "../form";
import type { CallContext, Handler } from "../http";
import { openAccount, type SignInSessions } from "../sign-in";
import type { Fields } from "../../../../src/answers";

function openClient(RED: NodeAPI, form: Fields): PlexClient {
  const url = readField(RED, form, "url");
  const { clientIdentifier, tls, proxy, timeout } = readConnectionSettings(RED, form);
  const { value: token } = readFormToken(RED, form, url);
  return new PlexClient({ url, token, clientIdentifier, tls, proxy, timeout, retries: 0 });
}

/** Who plays now, which the owner alone may see, and who lets itself be controlled. @throws PlexError where neither comes */
async function getServerPlayers(client: PlexClient, signal: AbortSignal): Promise<Player[]> {
  const ask = async (path: string) => (await client.request({ path, signal })).value;
  const [sessions, clients] = await Promise.allSettled([ask("/status/sessions"), ask("/clients")]);
  if (sessions.status === "rejected" && clients.status === "rejected") throw sessions.reason;
  return [
    ...(sessions.status === "fulfilled" ? readSessionPlayers(sessions.value) : []),
    ...(clients.status === "fulfilled" ? readClientPlayers(clients.value) : []),
  ];
}

/** Those of the account are an extra: a server may run without internet. */
async function getAccountPlayers(
  RED: NodeAPI,
  sessions: SignInSessions,
  form: Fields,
  call: CallContext,
): Promise<Player[]> {
  try {
    const { plexTv, token } = openAccount(RED, sessions, form, call);
    return readAccountPlayers(await plexTv.getDevices(token, { signal: call.signal }));
  } catch {
    return [];
  }
}

/** The route for the players to choose from: who plays now, who can be controlled, and what the account has. */
export function playersHandler(RED: NodeAPI, sessions: SignInSessions): Handler {
  return async (form, call) => {
    const client = openClient(RED, form);
    try {
      const ofAccount = getAccountPlayers(RED, sessions, form, call);
      const ofServer = await getServerPlayers(client, call.signal);
      return { players: mergePlayers(ofServer, await ofAccount) };
    } finally {
      client.close();
    }
  };
}
