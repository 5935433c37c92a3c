import { request as requestByHttp, type Agent, type IncomingHttpHeaders } from "node:http";
import { request as requestByHttps } from "node:https";
import type { Socket } from "node:net";
import { cancelled, type PlexError } from "../errors";
import { isAborted, onAbort } from "../abort";
import { dropIdleConnections } from "./agent";
import { connectionError, type Destination, timedOut, tooLarge } from "./connection-errors";
import type { Headers } from "./headers";

/** The largest answer that is read, in bytes, as it comes and unpacked; a real one has a few hundred. */
export const maxBodySize = 1024 * 1024;

/** What to ask, and how long the answer may take. */
export interface RequestOptions {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** The moment of `performance.now()`, which nobody sets, at which the attempt that this request serves is over. */
  readonly deadline: number;
  /** Each of them ends the request with `cancelled`. */
  readonly signals: readonly AbortSignal[];
}

/** An answer as it came: any status, the body not yet unpacked or decoded. */
export interface RawResponse {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request and waits for the whole answer. Rejects with a PlexError, and with nothing else. */
export type Requester = (options: RequestOptions) => Promise<RawResponse>;

/** What all requests of a client have in common. */
export interface RequesterOptions {
  readonly agent: Agent;
  readonly headers: Headers;
  readonly destination: Destination;
}

/** The server had closed the kept-alive connection before the request reached it: no answer, and no failure either. */
const stale = Symbol("stale");

const importGot = () => import("got");
let library: ReturnType<typeof importGot> | undefined;

/** Loads the HTTP library, which takes a small computer a second or more: before there is something to ask. */
export function loadHttpLibrary(): ReturnType<typeof importGot> {
  return (library ??= importGot());
}

/** Got with all that the requests of a method have in common. */
async function loadGot({ agent, headers }: RequesterOptions, method: RequestOptions["method"]) {
  const { got } = await loadHttpLibrary();
  const instance = got.extend({
    method,
    agent: { http: agent, https: agent as never },
    headers: { ...headers, ...(method === "POST" && { "content-length": "0" }) },
    // A redirect would carry the token to another server.
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    // The body is unpacked where the size of what comes out is limited.
    decompress: false,
    // Of all the options that got makes up, most are not set, and Node.js copies them twice.
    request: (url, { headers: sent }, onResponse) =>
      (url.protocol === "https:" ? requestByHttps : requestByHttp)(url, { method, agent, headers: sent }, onResponse),
    mutableDefaults: true,
  });
  // Got copies the settings of its cache into each request, used or not, at a third of what a request costs.
  instance.defaults.options.cacheOptions = {};
  return instance;
}

type Got = Awaited<ReturnType<typeof loadGot>>;
type GotStream = ReturnType<Got["stream"]>;
type Outcome = RawResponse | typeof stale;

/** One request on its way, until its whole answer is there or it has failed. */
class Exchange {
  readonly #stream: GotStream;
  readonly #destination: Destination;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #reject: (error: PlexError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #ignoreAbort: () => void;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  /** Whether an interim answer (1xx) came. */
  #interim = false;
  #isOver = false;

  constructor(
    stream: GotStream,
    { deadline, signals }: RequestOptions,
    destination: Destination,
    [resolve, reject]: readonly [(outcome: Outcome) => void, (error: PlexError) => void],
  ) {
    this.#stream = stream;
    this.#destination = destination;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => {
      this.#fail(timedOut(destination));
    }, deadline - performance.now());
    this.#ignoreAbort = onAbort(signals, () => {
      this.#fail(cancelled());
    });
    this.#listen();
  }

  #listen(): void {
    this.#stream
      .on("data", (chunk: Buffer) => {
        this.#size += chunk.length;
        if (this.#size <= maxBodySize) this.#chunks.push(chunk);
        else this.#succeed();
      })
      .once("end", () => {
        this.#succeed();
      })
      .on("error", (error) => {
        this.#failWith(error);
      })
      .once("close", () => {
        this.#failWith(undefined);
      })
      .on("information", () => {
        this.#interim = true;
      })
      .once("upgrade", (_response: unknown, socket: Socket) => {
        this.#interim = true;
        socket.destroy();
        this.#failWith(undefined);
      });
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#ignoreAbort();
    this.#stream.destroy();
  }

  #succeed(): void {
    if (this.#isOver) return;
    this.#end();
    const { statusCode = 0, headers } = this.#stream.response ?? { headers: {} };
    const [first, second] = this.#chunks;
    // Where the status tells of a failure, what the body tells does not matter.
    if (this.#size > maxBodySize && statusCode < 300) this.#reject(tooLarge(statusCode));
    else this.#resolve({ statusCode, headers, body: first && !second ? first : Buffer.concat(this.#chunks) });
  }

  #fail(error: PlexError): void {
    if (this.#isOver) return;
    this.#end();
    this.#reject(error);
  }

  /** Fails with what Node.js or the HTTP library threw, or with nothing where the connection just ended. */
  #failWith(error: NodeJS.ErrnoException | undefined): void {
    if (this.#isOver) return;
    if (!this.#isStale(error)) {
      this.#fail(connectionError(error ?? {}, this.#destination, this.#interim));
      return;
    }
    this.#end();
    this.#resolve(stale);
  }

  #isStale(error: NodeJS.ErrnoException | undefined): boolean {
    if (!this.#stream.reusedSocket || this.#interim || this.#stream.response) return false;
    return error?.code === "ECONNRESET" || error?.code === "EPIPE";
  }
}

function sendOnce(got: Got, options: RequestOptions, destination: Destination): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const stream = got.stream(options.url);
    if (options.method === "POST") stream.end();
    new Exchange(stream, options, destination, [resolve, reject]);
  });
}

/** A function that sends requests over one agent. The HTTP library is loaded with the first of them. */
export function createRequester(common: RequesterOptions): Requester {
  const instances: { [method in RequestOptions["method"]]?: Promise<Got> } = {};
  return async (options) => {
    const got = await (instances[options.method] ??= loadGot(common, options.method));
    for (;;) {
      if (isAborted(options.signals)) throw cancelled();
      const response = await sendOnce(got, options, common.destination);
      if (response !== stale) return response;
      dropIdleConnections(common.agent);
    }
  };
}
