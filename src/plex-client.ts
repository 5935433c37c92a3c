import { readSourceConnection, readTransientToken, type SourceConnection, type TransientToken } from "./answers";
import { type Progress, SharedCalls, type StartCall } from "./calls";
import { type ClientSettings, type PlexClientOptions, readClientSettings } from "./client-settings";
import {
  type EndpointOptions,
  type EndpointResponse,
  readEndpoint,
  readVia,
  sendRequest,
  SourceClients,
} from "./endpoint";
import { PlexError } from "./errors";
import { type EventListener, EventsOnDemand, type ListenOptions } from "./events";
import { authoritiesOnly, HttpClient, type Method, proxyFromEnvironment } from "./http";
import { createProbeLimit, noConnectionError, probe, type ProbedConnection, type ProbeOptions } from "./probe";
import type { ProgressListener } from "./progress";
import { readSource } from "./settings";

/** How one call can be stopped, and who is told that it tries again. */
export interface CallOptions extends Pick<ProgressListener, "onStateChange"> {
  /** Ends the call with a `cancelled` error when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link PlexClient.getSourceConnection} can be told. */
export interface SourceConnectionOptions extends CallOptions {
  /** Whether the server shall ask plex.tv again and not answer from what it knows. */
  readonly refresh?: boolean | undefined;
}

/** What {@link PlexClient.getBestConnection} can be told. */
export interface BestConnectionOptions extends SourceConnectionOptions {
  /** Told while connections are tried how many have answered, of how many. */
  readonly onProgress?: ProbeOptions["onProgress"];
}

/** What {@link PlexClient.request} can be told. */
export interface RequestOptions extends EndpointOptions, CallOptions {
  /**
   * A source to ask instead of the own server: a result of {@link PlexClient.getSourceConnection} or
   * {@link PlexClient.getBestConnection}. It is asked with its own `accessToken`, never with the stored one. Undefined
   * for none.
   */
  readonly via?: unknown;
  /** Told after each page of `all` but the last how many items are there, of how many. */
  readonly onProgress?: ProgressListener["onProgress"];
}

/** A source whose connections have been tried. */
export interface ProbedSourceConnection extends SourceConnection {
  /** All of them, in order of preference. */
  readonly connections: readonly ProbedConnection[];
  /** The best that answered: a copy of its entry in `connections`. */
  readonly connection: ProbedConnection;
}

/** What is thrown counts the requests before it too. */
async function countFrom<T>(attempts: number, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof PlexError ? error.withAttempts(attempts + error.attempts) : error;
  }
}

/**
 * Asks one Plex Media Server for short-lived tokens and for connections, sends it any other request, and listens to it. The
 * token lives in private fields alone: it is not in anything that can be logged, inspected, cloned or serialised.
 *
 * Times are in ms, moments in epoch ms. What a call returns is the caller's own: a fresh object that nobody else holds, may
 * be changed, and changes no other result. What it throws is a PlexError of the caller's own, and nothing else. Each call that
 * asks the server can fail with `unauthorized`, `forbidden`, `not-found`, `bad-request`, `rate-limited`, `server-error`,
 * `http-error`, `redirected`, `unreachable`, `timeout`, `tls`, `invalid-response` and `cancelled`; further codes stand at
 * the call.
 */
export class PlexClient {
  readonly #settings: ClientSettings;
  readonly #http: HttpClient;
  readonly #sources: SourceClients;
  readonly #events: EventsOnDemand;
  readonly #probeLimit = createProbeLimit();
  readonly #probes = new SharedCalls<ProbedSourceConnection>();
  /** The published API prefers POST; older servers know GET alone. What worked comes first from then on. */
  #tokenMethods: readonly Method[] = ["POST", "GET"];

  /**
   * Checks the settings and sends nothing. The options are read once, and not kept but for `tls` and `proxy`.
   * @throws PlexError `not-configured` when a setting is missing or refused
   */
  constructor(options: PlexClientOptions) {
    const settings = readClientSettings(options);
    this.#settings = settings;
    this.#http = new HttpClient({ ...settings, proxy: proxyFromEnvironment(new URL(settings.url), settings.proxy) });
    this.#sources = new SourceClients(({ url, token }) => {
      const proxy = proxyFromEnvironment(new URL(url), settings.proxy);
      return new HttpClient({ ...settings, url, token, tls: authoritiesOnly(settings.tls), proxy });
    });
    this.#events = new EventsOnDemand(this.#http);
  }

  /**
   * A short-lived token with the same rights as the stored one (`/security/token`), a new one with each call.
   * @returns the caller's own object
   * @throws PlexError with a code that every call has; `forbidden` where the stored token is a transient one itself
   */
  getTransientToken({ signal, onStateChange }: CallOptions = {}): Promise<TransientToken> {
    const path = "/security/token?type=delegation&scope=all";
    const request = { path, methods: this.#tokenMethods, read: readTransientToken, signal, onStateChange };
    return this.#http.request(request).then(({ method, value }) => {
      this.#tokenMethods = method === "POST" ? ["POST", "GET"] : ["GET", "POST"];
      return Object.assign(value, { url: this.#settings.url });
    });
  }

  /**
   * The connections of a server or cloud source that the server knows, and a token for it (`/security/resources`).
   * @param source `server://<machineIdentifier>` or `provider://<provider identifier>`
   * @returns the caller's own object, `connections` in order of preference and maybe empty
   * @throws PlexError with a code that every call has, `not-found` where the server does not know the source, or
   * `invalid-input` before anything is sent where the source is refused
   */
  async getSourceConnection(source: unknown, options: SourceConnectionOptions = {}): Promise<SourceConnection> {
    return (await this.#askForSource(readSource(source), options)).value;
  }

  /**
   * The same, with every connection tried side by side and the best that answers chosen. Calls for the same source
   * that come meanwhile share the requests, and each gets a copy of the outcome.
   * @returns the caller's own object
   * @throws PlexError with the codes of {@link getSourceConnection}, or `no-connection` when none answers
   */
  async getBestConnection(source: unknown, options: BestConnectionOptions = {}): Promise<ProbedSourceConnection> {
    const { refresh = false, signal, onStateChange } = options;
    const onProgress = (done: number, total = done) => options.onProgress?.(done, total);
    const identifier = readSource(source);
    const find: StartCall<ProbedSourceConnection> = (callSignal, progress) =>
      this.#findBest(identifier, { refresh, signal: callSignal, onStateChange: progress.onStateChange }, progress);
    const { value } = await this.#probes.run(`${identifier} ${refresh}`, find, { signal, onProgress, onStateChange });
    const { connection, ...found } = structuredClone(value);
    return { ...found, connection: { ...connection } };
  }

  /**
   * Any request to the server, or to a source, with the token added and the answer read: what stands in
   * `MediaContainer` with `json`, and null for an empty answer. `GET` is retried; `POST`, `PUT`, `DELETE`, and `GET` for a
   * player are sent again only where nothing has reached the server.
   * @returns the caller's own object, `value` with it; the body may have 16 MiB
   * @throws PlexError with a code that every call has; or before anything is sent, `invalid-input` where path, query, player
   * or source are refused, `not-configured` where method, answer or limit are, `no-connection` where the source has no
   * connection
   */
  async request(options: RequestOptions): Promise<EndpointResponse> {
    const { via, signal, onProgress, onStateChange } = options;
    const endpoint = readEndpoint(options);
    const listener = { signal, onProgress, onStateChange };
    if (via === undefined) return sendRequest(this.#http, endpoint, { ...listener, isSource: false });
    return this.#sources.use(readVia(via), (http) => sendRequest(http, endpoint, { ...listener, isSource: true }));
  }

  /**
   * How often the stream of events was lost, 0 while nobody listens. Each time the server may have restarted, which ends
   * the life of every transient token.
   */
  get streamsLost(): number {
    return this.#events.streamsLost;
  }

  /**
   * Tells of what happens on the server, for as long as it takes: the stream (`/:/eventsource/notifications`) is opened
   * with the first listener, shared by all, and opened again whenever it is lost. Never throws: a failure is told by
   * `onStatus` and `onChange`, with its PlexError.
   * @param options the caller's, not to be changed meanwhile
   * @returns a function that ends it, and may be called again
   */
  listen(options: ListenOptions, listener: EventListener): () => void {
    return this.#events.listen(options, listener);
  }

  /** Ends every call in flight with a `cancelled` error, and every connection. */
  close(): void {
    this.#events.close();
    this.#http.close();
    this.#sources.close();
    this.#probes.close();
  }

  async #askForSource(source: string, { refresh = false, signal, onStateChange }: SourceConnectionOptions) {
    const path = `/security/resources?source=${encodeURIComponent(source)}${refresh ? "&refresh=1" : ""}`;
    const read = (document: unknown) => readSourceConnection(document, source);
    return this.#http.request({ path, methods: ["GET"], read, signal, onStateChange });
  }

  async #findBest(
    source: string,
    options: SourceConnectionOptions,
    progress: Progress,
  ): Promise<ProbedSourceConnection> {
    const { value: found, attempts } = await this.#askForSource(source, options);
    progress.attempts = attempts;
    const onProgress = (answered: number, total: number) => {
      progress.attempts = attempts + answered;
      progress.onProgress(answered, total);
    };
    const { headers, timeout, retries, tls, proxy } = this.#settings;
    const { connections, connection, ...tried } = await countFrom(
      attempts,
      probe({
        connections: found.connections,
        machineIdentifier: source.startsWith("server://") ? source.slice("server://".length) : null,
        headers,
        timeout,
        limit: this.#probeLimit,
        maxWait: timeout * (retries + 1),
        tls: authoritiesOnly(tls),
        proxy,
        signal: options.signal,
        onProgress,
      }),
    );
    if (!connection) throw noConnectionError(connections, attempts + tried.attempts, tried.failures);
    return { ...found, connections, connection };
  }
}
