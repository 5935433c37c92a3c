import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from "node:http";
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from "node:https";
import { isIP, isIPv6 } from "node:net";
import type { Duplex } from "node:stream";
import { checkServerIdentity, type ConnectionOptions, createSecureContext, type SecureContext } from "node:tls";
import { HttpProxyAgent, HttpsProxyAgent } from "hpagent";
import { notConfigured } from "../errors";
import { isOddIp, parseUrl } from "../url";
import { connectToName } from "./connect";

type Opened = (error: Error | null, connection?: Duplex | null) => void;

/** Opens a connection, or what is left of that when the signal aborts. */
type Open = (options: ClientRequestArgs, signal: AbortSignal, opened: Opened) => void;

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

/** A login that cannot be decoded, which hpagent would throw at, was typed as it is. */
function decodable(login: string): string {
  try {
    decodeURIComponent(login);
    return login;
  } catch {
    return login.replaceAll("%", "%25");
  }
}

function readProxyUrl(proxy: string): URL {
  const url = parseUrl(proxy);
  if (url && /^https?:$/.test(url.protocol) && !isOddIp(proxy)) {
    url.username = decodable(url.username);
    url.password = decodable(url.password);
    return url;
  }
  throw notConfigured(
    "The proxy's address is not an http or https URL, or its IP address is not four plain numbers.",
    "Correct it in the proxy settings, or in the environment variables http_proxy and https_proxy.",
  );
}

/**
 * Lets an agent open its connections in another way, and makes its end that of those too which are not open yet: Node.js
 * and hpagent forget them.
 */
function openWith(agent: HttpAgent, open: Open): void {
  const opening = new Set<AbortController>();
  const destroy = agent.destroy.bind(agent);
  Object.assign(agent, {
    createConnection: (options: ClientRequestArgs, opened: Opened) => {
      const controller = new AbortController();
      opening.add(controller);
      open(options, controller.signal, (error, connection) => {
        opening.delete(controller);
        opened(error, connection);
      });
    },
    destroy: () => {
      for (const controller of opening) controller.abort();
      destroy();
    },
  });
}

/** By name, Node.js itself would give up an address that is slow. */
function directly(agent: HttpAgent, secure: boolean): Open {
  const createConnection = agent.createConnection.bind(agent);
  const connect = async (options: ClientRequestArgs, signal: AbortSignal) => {
    const socket = await connectToName({ host: options.host ?? "", port: Number(options.port) }, signal);
    if (signal.aborted) {
      socket.destroy();
      signal.throwIfAborted();
    }
    return secure ? createConnection({ ...options, socket } as ClientRequestArgs) : socket;
  };
  return (options, signal, opened) => {
    if (isIP(options.host ?? "") !== 0) {
      opened(null, createConnection(options));
      return;
    }
    connect(options, signal).then(
      (socket) => {
        opened(null, socket);
      },
      (error: unknown) => {
        opened(error as Error);
      },
    );
  };
}

/** An address of IPv6 as a proxy has to be asked for it, with brackets, which hpagent leaves out. */
function bracketed(options: ClientRequestArgs): ClientRequestArgs {
  const { host, servername } = options as ClientRequestArgs & { servername?: string };
  if (!isIPv6(host ?? "")) return options;
  // The certificate is for the address without them.
  const checkIdentity: ConnectionOptions["checkServerIdentity"] = (_host, certificate) =>
    checkServerIdentity(servername || (host ?? ""), certificate);
  return { ...options, host: `[${host ?? ""}]`, checkServerIdentity: checkIdentity } as ClientRequestArgs;
}

/** Through a proxy: hpagent reads `proxyRequestOptions` anew for each tunnel. */
function throughProxy(agent: HttpAgent, timeout: number): Open {
  const createConnection = agent.createConnection.bind(agent);
  return (options, signal, opened) => {
    // Of a proxy with several addresses, each gets its part of the time.
    Object.assign(agent, { proxyRequestOptions: { signal, autoSelectFamilyAttemptTimeout: Math.ceil(timeout / 2) } });
    createConnection(bracketed(options), opened);
  };
}

/** Read once: hpagent would let the error of a key that cannot be read end the whole process. */
function readContext(tls: TlsOptions): SecureContext {
  try {
    return createSecureContext(tls);
  } catch (error) {
    // From Node.js 24 on: ERR_SSL_EE_KEY_TOO_SMALL, ERR_SSL_CA_MD_TOO_WEAK.
    if (/_TOO_(?:SMALL|WEAK)$/.test((error as NodeJS.ErrnoException).code ?? "")) {
      throw notConfigured(
        "The key or signature of the client certificate is too weak for this version of Node.js.",
        "Make a new one, with an RSA key of at least 2048 bits and SHA-256, and choose it in the tls-config node.",
      );
    }
    throw notConfigured(
      "The client certificate or its key cannot be read.",
      "Correct certificate, private key and passphrase in the tls-config node.",
    );
  }
}

/** The one keep-alive agent of a server. @throws PlexError `not-configured` when proxy or certificate cannot be used */
export function createAgent({ url, tls = {}, proxy = "", timeout }: AgentSettings): HttpAgent {
  const secure = url.startsWith("https:");
  const options: AgentOptions = { keepAlive: true, maxSockets: maxConnections, timeout };
  const secured = secure ? { ...options, ...tls, secureContext: readContext(tls) } : options;
  if (proxy === "") {
    const agent = secure ? new HttpsAgent(secured) : new HttpAgent(options);
    openWith(agent, directly(agent, secure));
    return agent;
  }
  const proxyUrl = readProxyUrl(proxy);
  const agent = secure
    ? new HttpsProxyAgent({ ...secured, proxy: proxyUrl })
    : new HttpProxyAgent({ ...options, proxy: proxyUrl });
  openWith(agent, throughProxy(agent, timeout));
  return agent;
}

/** Ends the connections that wait for a next request: when the server has closed one, it has closed the others too. */
export function dropIdleConnections(agent: HttpAgent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
