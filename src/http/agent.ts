import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from "node:http";
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from "node:https";
import type { Duplex } from "node:stream";
import { HttpProxyAgent, HttpsProxyAgent } from "hpagent";
import { notConfigured } from "../errors";
import { parseUrl } from "../url";

type Opened = (error: Error | null, connection: Duplex) => void;

/** Connections to one server that are open at the same time; further requests wait for their turn. */
export const maxConnections = 32;

/** What TLS needs beyond its defaults: the options that a `tls-config` node of Node-RED adds. */
export type TlsOptions = Pick<
  HttpsAgentOptions,
  "ca" | "cert" | "key" | "pfx" | "passphrase" | "servername" | "rejectUnauthorized" | "ALPNProtocols"
>;

/** How to reach a server. */
export interface AgentSettings {
  /** Base URL of the server. */
  readonly url: string;
  readonly tls?: TlsOptions | undefined;
  /** URL of an http or https proxy, "" for none. */
  readonly proxy?: string | undefined;
  /** ms after which an idle connection, or a proxy that stays silent, is given up. */
  readonly timeout: number;
}

function readProxyUrl(proxy: string): URL {
  const url = parseUrl(proxy);
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw notConfigured(
    "The proxy's address is not an http or https URL.",
    "Correct it in the proxy settings, or in the environment variables http_proxy and https_proxy.",
  );
}

/**
 * Makes the end of a proxy's agent that of the tunnels too which the proxy has not opened yet: hpagent forgets those. It
 * reads `proxyRequestOptions` anew for each.
 */
function endTunnelsWith(agent: HttpAgent): void {
  const opening = new Set<AbortController>();
  const createConnection = agent.createConnection.bind(agent);
  const destroy = agent.destroy.bind(agent);
  Object.assign(agent, {
    createConnection: (options: ClientRequestArgs, opened: Opened) => {
      const tunnel = new AbortController();
      opening.add(tunnel);
      Object.assign(agent, { proxyRequestOptions: { signal: tunnel.signal } });
      return createConnection(options, (error, connection) => {
        opening.delete(tunnel);
        opened(error, connection);
      });
    },
    destroy: () => {
      for (const tunnel of opening) tunnel.abort();
      destroy();
    },
  });
}

/** The one keep-alive agent of a server. @throws PlexError `not-configured` when the proxy's address is no URL */
export function createAgent({ url, tls = {}, proxy = "", timeout }: AgentSettings): HttpAgent {
  const secure = url.startsWith("https:");
  const options: AgentOptions = { keepAlive: true, maxSockets: maxConnections, timeout };
  if (proxy !== "") {
    const proxyUrl = readProxyUrl(proxy);
    const agent = secure
      ? new HttpsProxyAgent({ ...options, ...tls, proxy: proxyUrl })
      : new HttpProxyAgent({ ...options, proxy: proxyUrl });
    endTunnelsWith(agent);
    return agent;
  }
  return secure ? new HttpsAgent({ ...options, ...tls }) : new HttpAgent(options);
}

/** Ends the connections that wait for a next request: when the server has closed one, it has closed the others too. */
export function dropIdleConnections(agent: HttpAgent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
