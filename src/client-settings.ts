import { type Headers, identityHeaders, type ProxyEnvironment, type TlsOptions } from "./http";
import { readClientIdentifier, readServerUrl, readTimeout, readToken, readWholeNumber } from "./settings";

/**
 * How to reach a Plex Media Server. Values may come straight from a form: text for a number, with space or quotes around
 * it, an address of Plex's web app for that of its server, a header or an address for the token in it.
 */
export interface PlexClientOptions {
  /** Base URL of the server: `http(s)://host[:port][/base/path]`. */
  readonly url: unknown;
  /** An X-Plex-Token that the server accepts. */
  readonly token: unknown;
  /** `X-Plex-Client-Identifier`: one per installation, kept for good. */
  readonly clientIdentifier: unknown;
  /** ms for one attempt, 1 to 2147483647; 10000 unless told. */
  readonly timeout?: unknown;
  /** Further attempts after a failed one, 0 to 100; 2 unless told. */
  readonly retries?: unknown;
  /** Kept as it is: not to be changed afterwards. */
  readonly tls?: TlsOptions | undefined;
  /** Where the proxy variables are read from; the environment of the process unless told. Kept as it is, too. */
  readonly proxy?: ProxyEnvironment | undefined;
}

/** The same, checked. */
export interface ClientSettings {
  readonly url: string;
  readonly token: string;
  /** Headers that identify the client, without the token. */
  readonly headers: Headers;
  readonly timeout: number;
  readonly retries: number;
  readonly tls: TlsOptions | undefined;
  readonly proxy: ProxyEnvironment | undefined;
}

/** Checks what a form or a program gave. @throws PlexError `not-configured` */
export function readClientSettings(options: PlexClientOptions): ClientSettings {
  return {
    url: readServerUrl(options.url),
    token: readToken(options.token),
    headers: identityHeaders({ clientIdentifier: readClientIdentifier(options.clientIdentifier) }),
    timeout: readTimeout(options.timeout),
    retries: readWholeNumber(options.retries, { label: "number of retries", fallback: 2, min: 0, max: 100 }),
    tls: options.tls,
    proxy: options.proxy,
  };
}
