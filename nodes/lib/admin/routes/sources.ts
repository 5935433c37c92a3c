import type { NodeAPI } from "node-red";
import { PlexError } from "../../../../src/errors";
import type { AccountProvider } from "../../../../src/plex-tv";
import type { Handler } from "../http";
import { type Account, openAccount, type SignInSessions } from "../sign-in";

/** The providers are an extra: without them there are still the servers to choose from. */
async function getProviders({ plexTv, token }: Account, signal: AbortSignal): Promise<AccountProvider[]> {
  try {
    return await plexTv.getProviders(token, { signal });
  } catch (error) {
    if (error instanceof PlexError && error.code !== "cancelled") return [];
    throw error;
  }
}

/** The route for what can be chosen as a source: servers, then providers, each by name. */
export function sourcesHandler(RED: NodeAPI, sessions: SignInSessions): Handler {
  return async (form, call) => {
    const account = openAccount(RED, sessions, form, call);
    const { signal } = call;
    const [servers, providers] = await Promise.all([
      account.plexTv.getResources(account.token, { signal }),
      getProviders(account, signal),
    ]);
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    return {
      sources: [
        ...servers.sort(byName).map(({ machineIdentifier, name, owner }) => {
          return { source: `server://${machineIdentifier}`, name, owner };
        }),
        ...providers.sort(byName).map(({ identifier, name }) => {
          return { source: `provider://${identifier}`, name, owner: null };
        }),
      ],
    };
  };
}
