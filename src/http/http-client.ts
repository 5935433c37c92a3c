import type { Agent } from "node:http";
import { cancelled } from "../errors";
import { createAgent, maxConnections, type TlsOptions } from "./agent";
import { readBody } from "./body";
import { ConcurrencyLimit, type Release } from "./concurrency-limit";
import { type Destination, timedOut } from "./connection-errors";
import type { Headers } from "./headers";
import { createRequester, loadHttpLibrary, type RawResponse, type Requester, type RequestOptions } from "./request";
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

interface MethodResponse extends RawResponse {
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
  readonly #inFlight = new Set<AbortController>();
  #closed = false;

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
    if (this.#closed) throw cancelled();
    const call = new AbortController();
    const cancel = () => {
      call.abort();
    };
    if (request.signal?.aborted) cancel();
    // Not AbortSignal.any: in Node.js 20 it does not keep a caller's AbortSignal.timeout alive.
    request.signal?.addEventListener("abort", cancel);
    this.#inFlight.add(call);
    try {
      return await this.#requestWithRetries({ ...request, signal: call.signal });
    } finally {
      this.#inFlight.delete(call);
      request.signal?.removeEventListener("abort", cancel);
    }
  }

  /** Ends every request with `cancelled`, and every connection. */
  close(): void {
    this.#closed = true;
    for (const call of this.#inFlight) call.abort();
    this.#agent.destroy();
  }

  async #requestWithRetries<T>(request: ApiRequest<T>): Promise<ApiResponse<T>> {
    const { retries, timeout } = this.#options;
    const { signal } = request;
    const timeoutError = () => timedOut(this.#destination);
    let remaining = timeout * (retries + 1);
    const acquire = async (): Promise<Release> => {
      const start = performance.now();
      const release = await this.#limit.acquire({ timeout: remaining, signal, timeoutError });
      remaining -= performance.now() - start;
      return release;
    };
    return retry(() => this.#attempt(request), { retries, signal, acquire });
  }

  async #attempt<T>(request: ApiRequest<T>): Promise<ApiResponse<T>> {
    const { token, timeout, url } = this.#options;
    await loadHttpLibrary();
    const response = await this.#tryMethods(request, performance.now() + timeout);
    const { statusCode, headers, method } = response;
    if (statusCode < 200 || statusCode > 299)
      throw statusError(statusCode, headers, { token, url: url + request.path });
    return { value: request.read(await readBody(response)), method };
  }

  async #tryMethods({ path, methods, signal }: ApiRequest<unknown>, deadline: number): Promise<MethodResponse> {
    const url = this.#options.url + path;
    const [first = "GET", ...others] = methods;
    let response: MethodResponse = {
      ...(await this.#request({ method: first, url, deadline, signal })),
      method: first,
    };
    for (const method of others) {
      if (!unknownMethod.has(response.statusCode)) break;
      response = { ...(await this.#request({ method, url, deadline, signal })), method };
    }
    return response;
  }
}
