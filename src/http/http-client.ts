import type { Agent, IncomingHttpHeaders } from "node:http";
import { isAborted } from "../abort";
import { cancelled, PlexError, type PlexErrorCode } from "../errors";
import type { ProgressListener } from "../progress";
import { createAgent, maxConnections, type TlsOptions } from "./agent";
import { readBody } from "./body";
import { ConcurrencyLimit, Slots } from "./concurrency-limit";
import type { BodyLimit, Destination } from "./connection-errors";
import type { Headers } from "./headers";
import type { RawResponse } from "./exchange";
import { createRequester, loadGot, loadHttpLibrary, type Method, type Requester } from "./request";
import { readStream, type StreamOptions } from "./streamed-response";
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
  /** In place of one that the settings above make. */
  readonly agent?: Agent | undefined;
}

/** What to do next, by the code of an error, or made of that error. */
export type Hints = Readonly<Partial<Record<PlexErrorCode, string | ((error: PlexError) => string)>>>;

/** One call of the server's API. */
export interface ApiRequest<T> extends Pick<ProgressListener, "onStateChange"> {
  /** Path and query, from the base URL on. */
  readonly path: string;
  /** Each is tried while the server does not know the one before it: 404, 405 or 501. */
  readonly methods: readonly Method[];
  /** Reads what the answer holds. @throws PlexError when it is not what was asked for */
  readonly read: (content: unknown) => T;
  /** Makes of the answer what is read: its JSON or XML unless given. Rejects with a PlexError. */
  readonly decode?: ((response: RawResponse) => Promise<unknown>) | undefined;
  /** Besides those of the client, which they override; names in lower case. */
  readonly headers?: Headers | undefined;
  /** 1 MiB unless given. */
  readonly bodyLimit?: BodyLimit | undefined;
  /**
   * Whether sending it twice does no more than sending it once; true unless given. Else it is sent again only where it
   * is known that nothing of it has reached the server.
   */
  readonly idempotent?: boolean | undefined;
  /** What to do next, by the code of the error, where the usual hint does not fit what was asked. */
  readonly hints?: Hints | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A successful answer, read. */
export interface ApiResponse<T> {
  readonly value: T;
  /** The method that it knew. */
  readonly method: Method;
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  /** Those that failed, and the one that it answered. */
  readonly attempts: number;
}

/** A call whose answer has no end. */
export interface StreamRequest extends Omit<StreamOptions, "signals"> {
  /** Path and query, from the base URL on. */
  readonly path: string;
  /** Headers of its own, in the place of those of all requests. */
  readonly headers: Headers;
  /** Ends it with `cancelled`. */
  readonly signal: AbortSignal;
}

const unknownMethod = new Set([404, 405, 501]);

const mayBeDone = "See whether it was done all the same before you send it again, for the request may have arrived.";

/** An error with the hint that fits what was asked; what may have reached the server is not known by its code. */
function explain(error: PlexError, { hints, idempotent = true }: ApiRequest<unknown>): PlexError {
  const isOpen = error.code === "timeout" || error.code === "unreachable";
  if (isOpen && !idempotent && !error.isUnsent) return error.withHint(mayBeDone);
  const hint = hints?.[error.code];
  if (hint === undefined) return error;
  return error.withHint(typeof hint === "string" ? hint : hint(error));
}

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
    this.#agent = options.agent ?? createAgent(options);
    const withToken = token === "" ? headers : { ...headers, "x-plex-token": token };
    this.#request = createRequester({ agent: this.#agent, headers: withToken, destination: this.#destination });
  }

  /** Sends a request, and sends it again where a retry may help. @throws PlexError */
  request<T>(request: ApiRequest<T>): Promise<ApiResponse<T>> {
    const { retries, timeout } = this.#options;
    const signals = request.signal ? [request.signal, this.#closing.signal] : [this.#closing.signal];
    const slots = new Slots(this.#limit, { timeout: timeout * (retries + 1), signals });
    // Nothing else is made for it before its turn has come: thousands may wait.
    const send = () => this.#send(request, signals, slots);
    return slots.acquire()?.then(send) ?? send();
  }

  /**
   * Opens a GET whose answer has no end. It has a connection of its own beside those of the concurrency limit, and neither
   * `timeout` nor `retries` count for it.
   * @returns never: rejects with the PlexError that says how it ended
   */
  async stream({ path, headers: own, signal, ...options }: StreamRequest): Promise<never> {
    const { token, headers } = this.#options;
    const signals = [signal, this.#closing.signal];
    if (isAborted(signals)) throw cancelled();
    const url = this.#options.url + path;
    const agent = createAgent({ ...this.#options, timeout: options.silence });
    const all = { ...headers, ...own, ...(token !== "" && { "x-plex-token": token }) };
    try {
      const got = await loadGot({ agent, headers: all, destination: this.#destination }, "GET");
      if (isAborted(signals)) throw cancelled();
      const context = { url, token, destination: this.#destination };
      return await readStream(got(url), { ...options, signals }, context).catch((error: unknown) => {
        throw error instanceof PlexError ? error.withAttempts(1) : error;
      });
    } finally {
      agent.destroy();
    }
  }

  /** Ends every request with `cancelled`, and every connection. */
  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }

  #send<T>(request: ApiRequest<T>, signals: readonly AbortSignal[], slots: Slots): Promise<ApiResponse<T>> {
    const { retries } = this.#options;
    const { idempotent = true, onStateChange } = request;
    const mayRetry = idempotent ? undefined : ({ isUnsent }: PlexError) => isUnsent;
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      return this.#attempt(request, signals, attempts);
    };
    return retry(attempt, { retries, signals, slots, mayRetry, onStateChange });
  }

  async #attempt<T>(
    request: ApiRequest<T>,
    signals: readonly AbortSignal[],
    attempts: number,
  ): Promise<ApiResponse<T>> {
    await loadHttpLibrary();
    try {
      const { method, response } = await this.#tryMethods(request, signals);
      const { statusCode, headers } = response;
      const content = await (request.decode ?? readBody)(response);
      return { value: request.read(content), method, statusCode, headers, attempts };
    } catch (error) {
      throw error instanceof PlexError ? explain(error, request) : error;
    }
  }

  async #tryMethods(request: ApiRequest<unknown>, signals: readonly AbortSignal[]) {
    const { token, timeout } = this.#options;
    const { headers, bodyLimit, idempotent } = request;
    const url = this.#options.url + request.path;
    const deadline = performance.now() + timeout;
    const ask = (method: Method) => this.#request({ method, url, headers, bodyLimit, idempotent, deadline, signals });
    const [first = "GET", ...others] = request.methods;
    let method = first;
    let response = await ask(method);
    for (const other of others) {
      if (!unknownMethod.has(response.statusCode)) break;
      method = other;
      response = await ask(method);
    }
    const { statusCode } = response;
    if (statusCode < 200 || statusCode > 299) throw statusError(statusCode, response.headers, { token, url });
    return { method, response };
  }
}
