/** The proxy variables of an environment, and how Node-RED's `proxyOptions` setting wants them read. */
export interface ProxyEnvironment {
  /** Where to look; `process.env` unless told. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** `legacy` looks at http_proxy alone, for https too, and takes no_proxy entries as parts of the URL. */
  readonly mode?: "strict" | "legacy" | undefined;
  readonly favourUpperCase?: boolean | undefined;
  readonly lowerCaseOnly?: boolean | undefined;
  readonly excludeNpm?: boolean | undefined;
}

const defaultPorts: Readonly<Record<string, string>> = { http: "80", https: "443" };

type Lookup = (name: string) => string;

function lookupIn(options: ProxyEnvironment): Lookup {
  const { env = process.env, excludeNpm = false, lowerCaseOnly = false, favourUpperCase = false } = options;
  return (name) => {
    if (excludeNpm && name.startsWith("npm_config_")) return "";
    if (lowerCaseOnly) return env[name] ?? "";
    const spellings = [name, name.toUpperCase()];
    if (favourUpperCase) spellings.reverse();
    return spellings.map((spelling) => env[spelling]).find((value) => value) ?? "";
  };
}

/** Whether an entry of no_proxy (`host`, `host:port`, `.domain`, `*.domain`, `*`) names this server. */
function covers(entry: string, host: string, port: string): boolean {
  const withPort = /^(.+):(\d+)$/.exec(entry);
  if (withPort && withPort[2] !== port) return false;
  const name = withPort?.[1] ?? entry;
  return /^[.*]/.test(name) ? host.endsWith(name.replace(/^\*/, "")) : host === name;
}

function isExcepted(url: URL, list: string): boolean {
  const port = url.port || (defaultPorts[url.protocol.slice(0, -1)] ?? "");
  const host = url.host.replace(/:\d*$/, "");
  const entries = list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter(Boolean);
  return entries.some((entry) => covers(entry, host, port));
}

function legacyProxy(url: URL, look: Lookup): string {
  const excepted = look("no_proxy")
    .split(",")
    .map((entry) => entry.trim());
  return excepted.some((entry) => entry !== "" && url.href.includes(entry)) ? "" : look("http_proxy");
}

/**
 * The proxy for a server by the usual environment variables (http_proxy, https_proxy, all_proxy, no_proxy and npm's
 * own), read as Node-RED's core http request node reads them. No library does it for a given environment, which the
 * `http proxy` node and Node-RED's `proxyOptions` setting need.
 * @returns its URL, or "" for none
 */
export function proxyFromEnvironment(url: URL, options: ProxyEnvironment = {}): string {
  const look = lookupIn(options);
  if (options.mode === "legacy") return legacyProxy(url, lookupIn({ env: options.env, favourUpperCase: true }));
  if (isExcepted(url, look("npm_config_no_proxy") || look("no_proxy"))) return "";
  const scheme = url.protocol.slice(0, -1);
  const names = [`npm_config_${scheme}_proxy`, `${scheme}_proxy`, "npm_config_proxy", "all_proxy"];
  const proxy = names.map(look).find(Boolean) ?? "";
  return proxy === "" || proxy.includes("://") ? proxy : `${scheme}://${proxy}`;
}
