import type { Agent } from "node:http";
import { isAborted } from "../abort";
import { cancelled } from "../errors";
import { createAgent, maxConnections, type TlsOptions } from "./agent";
import { readBody } from "./body";
import { ConcurrencyLimit } from "./concurrency-limit";
import { type Destination, timedOut } from "./connection-errors";
import type { Headers } from "./headers";
import { createRequester, loadHttpLibrary, type Requester, type RequestOptions } from "./request";
import { retry } from "./retry";
import { statusError } from "./status-errors";

/** One server and how requests to it are sent: everything here has been checked. */
export interface HttpClientOptions {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** `X-Plex-Token`; "" for none. */
  readonly token: string;
  readonly headers: Headers;
  /** ms for one attempt. */
  readonly timeout: number;
  /** Further attempts after a failed one. */
  readonly retries: number;
  readonly tls?: TlsOptions | undefined;
  /** URL of a proxy, "" for none. */
  readonly proxy: string;
}

/** A method of HTTP that Plex answers. */
export type Method = RequestOptions["method"];

/** One call of the server's API. */
export interface ApiRequest<T> {
  /** Path and query, from the base URL on. */
  readonly path: string;
  /** Each is tried while the server does not know the one before it: 404, 405 or 501. */
  readonly methods: readonly Method[];
  /** Reads the answer's JSON or XML. @throws PlexError when it is not what was asked for */
  readonly read: (document: unknown) => T;
  readonly signal?: AbortSignal | undefined;
}

/** A successful answer, read. */
export interface ApiResponse<T> {
  readonly value: T;
  /** The method that it knew. */
  readonly method: Method;
}

const unknownMethod = new Set([404, 405, 501]);

/** The HTTP client of one server: keep-alive connections, a concurrency limit, retries, and an end to all of it. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #destination: Destination;
  readonly #agent: Agent;
  readonly #request: Requester;
  readonly #limit = new ConcurrencyLimit(maxConnections);
  readonly #closing = new AbortController();

  /** @throws PlexError `not-configured` when the proxy's address is no URL */
  constructor(options: HttpClientOptions) {
    const { url, headers, token, proxy } = options;
    const { hostname, protocol } = new URL(url);
    this.#options = options;
    this.#destination = { host: hostname, secure: protocol === "https:", proxied: proxy !== "" };
    this.#agent = createAgent(options);
    const withToken = token === "" ? headers : { ...headers, "x-plex-token": token };
    this.#request = createRequester({ agent: this.#agent, headers: withToken, destination: this.#destination });
  }

  /** Sends a request, and sends it again where a retry may help. @throws PlexError */
  async request<T>(request: ApiRequest<T>): Promise<ApiResponse<T>> {
    const { retries, timeout } = this.#options;
    const signals = request.signal ? [request.signal, this.#closing.signal] : [this.#closing.signal];
    if (isAborted(signals)) throw cancelled();
    let remaining = timeout * (retries + 1);
    const acquire = () => {
      const start = performance.now();
      const acquired = this.#limit.acquire({ timeout: remaining, signals, timeoutError: this.#timedOut });
      if (!(acquired instanceof Promise)) return acquired;
      return acquired.finally(() => {
        remaining -= performance.now() - start;
      });
    };
    return retry(() => this.#attempt(request, signals), { retries, signals, acquire });
  }

  /** Ends every request with `cancelled`, and every connection. */
  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }

  readonly #timedOut = () => timedOut(this.#destination);

  async #attempt<T>(request: ApiRequest<T>, signals: readonly AbortSignal[]): Promise<ApiResponse<T>> {
    const { token, timeout } = this.#options;
    const url = this.#options.url + request.path;
    await loadHttpLibrary();
    const deadline = performance.now() + timeout;
    const [first = "GET", ...others] = request.methods;
    let method = first;
    let response = await this.#request({ method, url, deadline, signals });
    for (const other of others) {
      if (!unknownMethod.has(response.statusCode)) break;
      method = other;
      response = await this.#request({ method, url, deadline, signals });
    }
    const { statusCode, headers } = response;
    if (statusCode < 200 || statusCode > 299) throw statusError(statusCode, headers, { token, url });
    return { value: request.read(await readBody(response)), method };
  }
}
