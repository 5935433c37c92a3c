import type { ClientSettings } from "../client-settings";
import type { PlexError, PlexErrorCode } from "../errors";
import { proxyFromEnvironment } from "../http";
import { readServerUrl } from "../settings";
import { composePlexDirectUrls, inspectTls, type InspectOptions } from "./plex-direct";

/** A finer kind of failure that users meet with Plex in particular. */
export type CheckDetail = "secure-required" | "certificate-name" | "claim-token" | "transient-token" | "base-path";

/** What can be said of a failure beyond its code. */
export interface Advice {
  readonly detail?: CheckDetail;
  /** A server URL that should do better. */
  readonly suggestion?: string;
}

/** How a port that speaks TLS alone answers plain http: Plex Media Server resets, others send what is no HTTP. */
const plainRefused = new Set<PlexErrorCode>(["unreachable", "invalid-response", "bad-request"]);

function secured(url: string): string {
  const target = new URL(url);
  const port = target.port === "" ? ":80" : `:${target.port}`;
  return readServerUrl(`https://${target.hostname}${port}${target.pathname}`);
}

/** Of several names for one address, the first that leads to the server from here; else the first. */
async function chooseUrl(urls: readonly string[], how: Omit<InspectOptions, "url">): Promise<string | null> {
  const [first = null] = urls;
  if (urls.length < 2) return first;
  const seen = await Promise.all(urls.map((url) => inspectTls({ ...how, url })));
  return urls.find((_, index) => seen[index]?.named) ?? first;
}

/**
 * Looks whether the failure is one of those that Plex's own certificates bring: plain http where "Secure connections"
 * is Required (a reset, no redirect), or https by a name or IP address that the certificate is not for.
 */
export async function explainError(
  { code, detail }: PlexError,
  { url, tls, proxy, timeout }: ClientSettings,
  signal: AbortSignal | undefined,
): Promise<Advice> {
  const secure = url.startsWith("https:");
  if (detail === "own-fault" || detail === "this-machine") return {};
  if (secure ? code !== "tls" : !plainRefused.has(code)) return {};
  // Past a proxy, this machine may have no way there, and should not look for one.
  if (proxyFromEnvironment(new URL(url), proxy) !== "") return {};
  const how = { tls, signal, timeout };
  const endpoint = await inspectTls({ ...how, url });
  if (!endpoint) return {};
  const direct = endpoint.named ? null : await chooseUrl(composePlexDirectUrls(url, endpoint), how);
  if (secure) {
    if (endpoint.named) return {};
    return { detail: "certificate-name", ...(direct !== null && { suggestion: direct }) };
  }
  const suggestion = direct ?? (endpoint.trusted ? secured(url) : null);
  return { detail: "secure-required", ...(suggestion !== null && { suggestion }) };
}
