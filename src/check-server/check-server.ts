import { isFields, readIdentity, readLabel, readList, readTransientToken, type ServerIdentity } from "../answers";
import { type ClientSettings, readClientSettings } from "../client-settings";
import { PlexError } from "../errors";
import { HttpClient, type ProxyEnvironment, proxyFromEnvironment, type TlsOptions } from "../http";
import { isClaimToken, isTransient } from "../settings";
import { type Advice, explainError } from "./advice";

/** What to check; values may come straight from a form. */
export interface CheckOptions {
  readonly url: unknown;
  readonly token: unknown;
  readonly clientIdentifier: unknown;
  readonly tls?: TlsOptions | undefined;
  readonly proxy?: ProxyEnvironment | undefined;
  /** ms for one request; 10000 unless told. */
  readonly timeout?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** A server that can be used. */
export interface CheckedServer {
  readonly server: {
    readonly name: string;
    readonly version: string | null;
    readonly claimed: boolean;
    readonly machineIdentifier: string;
  };
  /** Whether it gives out transient tokens for this token. */
  readonly mints: boolean;
  /** ms for one request on a connection that is open. */
  readonly latency: number;
}

/** What is wrong, and what is known besides. */
export interface CheckFailure extends Advice, Partial<CheckedServer> {
  readonly error: PlexError;
}

/** What came of asking for something that may be refused: the value, or why not. */
type Outcome<T> = { readonly value: T } | { readonly error: PlexError };

async function settle<T>(request: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await request };
  } catch (error) {
    if (error instanceof PlexError && error.code !== "cancelled") return { error };
    throw error;
  }
}

/** The codes that say of a server that it gives no transient tokens, and of the token nothing bad. */
const cannotMint = new Set(["forbidden", "not-found", "http-error"]);

function openClient(settings: ClientSettings, token: string): HttpClient {
  return new HttpClient({ ...settings, token, proxy: proxyFromEnvironment(new URL(settings.url), settings.proxy) });
}

/** Who the server is: asked without the token, for nobody knows yet who answers. */
async function askIdentity(settings: ClientSettings, signal: AbortSignal | undefined): Promise<ServerIdentity> {
  const client = openClient(settings, "");
  try {
    return (await client.request({ path: "/identity", methods: ["GET"], read: readIdentity, signal })).value;
  } finally {
    client.close();
  }
}

function readName(document: unknown): string | null {
  const container = isFields(document) ? readList(document.MediaContainer)[0] : undefined;
  return container ? readLabel(container, "friendlyName") : null;
}

/** Asks what needs a token: its name, and a transient token, which is forgotten at once. */
async function askWithToken(client: HttpClient, signal: AbortSignal | undefined) {
  const path = "/security/token?type=delegation&scope=all";
  const methods = ["POST", "GET"] as const;
  const minted = await settle(client.request({ path, methods, read: readTransientToken, signal }));
  const start = performance.now();
  const name = await settle(client.request({ path: "/", methods: ["GET"], read: readName, signal }));
  return { minted, name, latency: Math.round(performance.now() - start) };
}

/**
 * Whether what refuses to say who it is can be no Plex Media Server at this path: one tells everybody. Below a path that it
 * does not know, it asks for a token (seen on PMS 1.43.4: 401).
 */
function isWrongPath({ code }: PlexError, { url }: ClientSettings): boolean {
  return code === "not-found" || (code === "unauthorized" && new URL(url).pathname !== "/");
}

async function check(settings: ClientSettings, signal: AbortSignal | undefined): Promise<CheckedServer | CheckFailure> {
  const asked = await settle(askIdentity(settings, signal));
  if ("error" in asked && isWrongPath(asked.error, settings)) return { error: asked.error, detail: "base-path" };
  if ("error" in asked) throw asked.error;
  const identity = asked.value;
  const client = openClient(settings, settings.token);
  try {
    const { minted, name, latency } = await askWithToken(client, signal);
    // Behind some proxies "/" is refused whatever the token is; one that mints is accepted.
    if ("error" in name && "error" in minted) return { error: name.error };
    if ("error" in minted && !cannotMint.has(minted.error.code) && identity.claimed) return { error: minted.error };
    const { machineIdentifier, version, claimed } = identity;
    const friendlyName = ("value" in name && name.value.value) || machineIdentifier;
    const server = { name: friendlyName, version, claimed, machineIdentifier };
    const checked = { server, mints: "value" in minted, latency };
    const cannot = "error" in minted && isTransient(settings.token);
    return cannot ? { ...checked, error: minted.error, detail: "transient-token" } : checked;
  } finally {
    client.close();
  }
}

/**
 * Whether a server can be used with these settings. `/identity` needs no token and proves nothing, so the token is
 * checked where it counts: at `/` and where it has to bring a transient token.
 * @throws PlexError `cancelled` when the signal aborts; every other failure is returned
 */
export async function checkServer(options: CheckOptions): Promise<CheckedServer | CheckFailure> {
  const { signal } = options;
  let settings: ClientSettings | undefined;
  try {
    settings = readClientSettings({ ...options, retries: 0 });
    return await check(settings, signal);
  } catch (error) {
    if (!(error instanceof PlexError) || error.code === "cancelled") throw error;
    if (isClaimToken(options.token)) return { error, detail: "claim-token" };
    return settings ? { error, ...(await explainError(error, settings, signal)) } : { error };
  }
}
