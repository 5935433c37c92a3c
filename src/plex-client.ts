import type { TlsOptions } from "./agent";
import { identityHeaders } from "./headers";
import { proxyFromEnvironment, type ProxyEnvironment } from "./proxy";
import { readSourceConnection, readTransientToken, type SourceConnection, type TransientToken } from "./responses";
import { readServerUrl } from "./server-url";
import { Session, type Method } from "./session";
import { notConfigured, readText, readWholeNumber } from "./settings";
import { readSource } from "./source";
import { isHeaderSafe, readToken } from "./token";

/** How to reach a Plex Media Server. Values may come straight from a form: they are read leniently. */
export interface PlexClientOptions {
  /** Base URL of the server: `http(s)://host[:port][/base/path]`. */
  readonly url: unknown;
  /** An X-Plex-Token that the server accepts. */
  readonly token: unknown;
  /** `X-Plex-Client-Identifier`: one per installation, kept for good. */
  readonly clientIdentifier: unknown;
  /** ms for one attempt; 10000 unless told. */
  readonly timeout?: unknown;
  /** Further attempts after a failed one; 2 unless told. */
  readonly retries?: unknown;
  readonly tls?: TlsOptions | undefined;
  /** Where the proxy variables are read from; the environment of the process unless told. */
  readonly proxy?: ProxyEnvironment | undefined;
}

/** How one call can be stopped. */
export interface CallOptions {
  /** Ends the call with a `cancelled` error when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link PlexClient.getSourceConnection} can be told. */
export interface SourceConnectionOptions extends CallOptions {
  /** Whether the server shall ask plex.tv again and not answer from what it knows. */
  readonly refresh?: boolean | undefined;
}

function readClientIdentifier(value: unknown): string {
  const identifier = readText(value, "client identifier");
  if (isHeaderSafe(identifier)) return identifier;
  throw notConfigured(
    "The client identifier is missing or holds a character that none can have.",
    "Open the plex-config node and press Update: a missing one is made then.",
  );
}

function openSession(options: PlexClientOptions): Session {
  const url = readServerUrl(options.url);
  const token = readToken(options.token);
  return new Session({
    url,
    token,
    headers: identityHeaders({ clientIdentifier: readClientIdentifier(options.clientIdentifier) }),
    timeout: readWholeNumber(options.timeout, { label: "timeout", fallback: 10_000, least: 1 }),
    retries: readWholeNumber(options.retries, { label: "number of retries", fallback: 2, least: 0, most: 100 }),
    tls: options.tls,
    proxy: proxyFromEnvironment(new URL(url), options.proxy),
  });
}

/**
 * Asks one Plex Media Server for short-lived tokens and for connections. The token lives in private fields alone: it
 * is not in anything that can be logged, inspected, cloned or serialised.
 */
export class PlexClient {
  readonly #session: Session;
  /** The published API prefers POST; older servers know GET alone. What worked comes first from then on. */
  #tokenMethods: readonly Method[] = ["POST", "GET"];

  /** @throws PlexError `not-configured` when a setting is missing or refused */
  constructor(options: PlexClientOptions) {
    this.#session = openSession(options);
  }

  /**
   * A short-lived token with the same rights as the stored one (`/security/token`).
   * @throws PlexError
   */
  async getTransientToken({ signal }: CallOptions = {}): Promise<TransientToken> {
    const path = "/security/token?type=delegation&scope=all";
    const methods = this.#tokenMethods;
    const answer = await this.#session.ask({ path, methods, read: readTransientToken, signal });
    this.#tokenMethods = answer.method === "POST" ? ["POST", "GET"] : ["GET", "POST"];
    return answer.value;
  }

  /**
   * The connections of a server or cloud source that the server knows, and a token for it (`/security/resources`).
   * @param source `server://<machineIdentifier>` or `provider://<provider identifier>`
   * @throws PlexError
   */
  async getSourceConnection(source: unknown, options: SourceConnectionOptions = {}): Promise<SourceConnection> {
    const { refresh = false, signal } = options;
    const identifier = readSource(source);
    const path = `/security/resources?source=${encodeURIComponent(identifier)}${refresh ? "&refresh=1" : ""}`;
    const read = (document: unknown) => readSourceConnection(document, identifier);
    return (await this.#session.ask({ path, methods: ["GET"], read, signal })).value;
  }

  /** Ends every call in flight with a `cancelled` error, and every connection. */
  close(): void {
    this.#session.close();
  }
}
