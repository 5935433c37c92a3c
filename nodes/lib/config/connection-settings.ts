import type { Node, NodeAPI } from "node-red";
import { notConfigured } from "../../../src/errors";
import type { ProxyEnvironment, TlsOptions } from "../../../src/http";
import { parseUrl } from "../../../src/url";

interface TlsConfigNode extends Node {
  valid?: boolean;
  addTLSOptions(options: TlsOptions): TlsOptions;
}

interface ProxyCredentials {
  username?: string;
  password?: string;
}

interface HttpProxyNode extends Omit<Node, "credentials"> {
  credentials?: ProxyCredentials;
  url?: string;
  noproxy?: string[];
}

function getReferred(RED: NodeAPI, id: string, what: string): Node {
  const node = RED.nodes.getNode(id) as Node | null | undefined;
  if (node) return node;
  throw notConfigured(
    `The ${what} that the plex-config node refers to is missing or disabled.`,
    "Enable it, or choose another one in the plex-config node.",
  );
}

/** What a core `tls-config` node adds to a connection; nothing where none is chosen. */
export function readTls(RED: NodeAPI, id: string | undefined): TlsOptions {
  if (!id) return {};
  const node = getReferred(RED, id, "tls-config node") as TlsConfigNode;
  if (node.valid !== false) return node.addTLSOptions({});
  throw notConfigured(
    "The tls-config node has a certificate or key that cannot be read.",
    "Open the tls-config node and correct it.",
  );
}

function withCredentials(proxy: string, { username = "", password = "" }: ProxyCredentials) {
  const url = parseUrl(proxy);
  if (!url) return proxy;
  // A URL leaves a "%" as it is, and what reads the URL takes it for the begin of another letter.
  if (username !== "") url.username = encodeURIComponent(username);
  if (password !== "") url.password = encodeURIComponent(password);
  return url.href;
}

const proxyModes = ["strict", "legacy"] as const;

/** Where the proxy comes from, as for the core http request node: the chosen `http proxy` node, else the environment. */
export function readProxy(RED: NodeAPI, id: string | undefined): ProxyEnvironment {
  const { proxyOptions } = RED.settings as { proxyOptions?: ProxyEnvironment };
  const mode = proxyModes.find((name) => name === process.env.NR_PROXY_MODE);
  const options = { ...proxyOptions, ...(mode && { mode }) };
  if (!id) return options;
  const node = getReferred(RED, id, "http proxy node") as HttpProxyNode;
  const proxy = withCredentials(node.url ?? "", node.credentials ?? {});
  return { ...options, env: { no_proxy: node.noproxy?.join(",") ?? "", http_proxy: proxy, https_proxy: proxy } };
}
