import { randomUUID } from "node:crypto";
import { startSimulator, type Client } from "../simulator";
import { readServerUrl } from "../src/settings/server-url";
import type { Cleanup } from "./cleanup";

/** The Plex Media Server that the demo shows. */
export interface DemoServer {
  readonly simulated: boolean;
  readonly url: string;
  readonly token: string;
  readonly clientIdentifier: string;
  /** `server://…` or `provider://…`; undefined when the server did not say who it is. */
  readonly source: string | undefined;
  /** Has a simulated server find a player. */
  readonly addClient?: (client: Client) => void;
  /** Whether anybody listens to what happens on a simulated server. */
  readonly isHeard?: () => boolean;
}

/** The address as the nodes understand it, for the flows that build URLs with it. What is wrong with it, they tell. */
function normalise(url: string): string {
  try {
    return readServerUrl(url);
  } catch {
    return url;
  }
}

/** Who a server is, which it tells everybody; undefined when it cannot be asked without more ado. */
async function askIdentity(url: string): Promise<string | undefined> {
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(`${url}/identity`, { headers, signal: AbortSignal.timeout(5000) });
    const identifier = /machineIdentifier"?\s*[:=]\s*"([^"]+)"/.exec(await answer.text())?.[1];
    return identifier === undefined ? undefined : `server://${identifier}`;
  } catch {
    // What is wrong with the server, the nodes say better.
    return undefined;
  }
}

async function simulate(cleanup: Cleanup): Promise<DemoServer> {
  const simulator = await startSimulator();
  cleanup.add(() => simulator.close());
  const { url, token, ownServer: source } = simulator;
  const addClient = (client: Client) => {
    simulator.addClient(client);
  };
  const isHeard = () => simulator.notifications.open > 0;
  return { simulated: true, url, token, clientIdentifier: randomUUID(), source, addClient, isHeard };
}

/** The server that `PLEX_URL` and `PLEX_TOKEN` name, or a simulated one where both are missing. */
export async function findServer(env: NodeJS.ProcessEnv, cleanup: Cleanup): Promise<DemoServer> {
  const { PLEX_URL = "", PLEX_TOKEN: token = "" } = env;
  const url = PLEX_URL && normalise(PLEX_URL);
  if (url === "" && token === "") return simulate(cleanup);
  if (url === "" || token === "") {
    throw new Error("Set both PLEX_URL and PLEX_TOKEN for a real server, or neither for a simulated one.");
  }
  const clientIdentifier = env["PLEX_CLIENT_IDENTIFIER"] || randomUUID();
  const source = env["PLEX_SOURCE"] || (await askIdentity(url));
  return { simulated: false, url, token, clientIdentifier, source };
}

/** The environment of Node-RED: the variables that the examples take their settings from, and nothing of npm. */
export function environmentFor(server: DemoServer, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Node-RED takes npm_config_… for proxy settings.
  const kept = Object.entries(env).filter(([name]) => !/^npm_/i.test(name));
  const exceptions = [env["no_proxy"] ?? env["NO_PROXY"], "127.0.0.1"].filter(Boolean).join(",");
  return {
    ...Object.fromEntries(kept),
    // No proxy leads to the simulator.
    ...(server.simulated && { no_proxy: exceptions, NO_PROXY: exceptions }),
    PLEX_URL: server.url,
    PLEX_TOKEN: server.token,
    PLEX_CLIENT_IDENTIFIER: server.clientIdentifier,
    ...(server.source !== undefined && { PLEX_SOURCE: server.source }),
  };
}
