import { request as requestByHttp, type Agent, type IncomingHttpHeaders } from "node:http";
import { request as requestByHttps } from "node:https";
import type { Socket } from "node:net";
import { cancelled, type PlexError } from "../errors";
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
  readonly signal?: AbortSignal | undefined;
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

/** What an exchange showed of itself besides its answer. */
interface Trace {
  /** An interim answer (1xx) came. */
  interim: boolean;
  /** The head of the answer came. */
  answered: boolean;
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
type Exchange = ReturnType<Got["stream"]>;

function isStale(error: unknown, { reusedSocket }: Exchange, { interim, answered }: Trace): boolean {
  if (!reusedSocket || interim || answered) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === "ECONNRESET" || code === "EPIPE";
}

function observe(exchange: Exchange): Trace {
  const trace: Trace = { interim: false, answered: false };
  exchange.on("error", () => undefined);
  exchange.once("response", () => {
    trace.answered = true;
  });
  exchange.on("information", () => {
    trace.interim = true;
  });
  exchange.once("upgrade", (_response, socket: Socket) => {
    trace.interim = true;
    socket.destroy();
    exchange.destroy();
  });
  return trace;
}

function readWhole(exchange: Exchange): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = () => {
      const { statusCode = 0, headers } = exchange.response ?? { headers: {} };
      // Where the status tells of a failure, what the body tells does not matter.
      if (size > maxBodySize && statusCode < 300) reject(tooLarge(statusCode));
      else resolve({ statusCode, headers, body: Buffer.concat(chunks) });
    };
    exchange.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodySize) chunks.push(chunk);
      else settle();
    });
    exchange.once("end", settle);
    exchange.once("error", reject);
    exchange.once("close", () => {
      reject(new Error("The exchange ended before the answer did."));
    });
  });
}

async function sendOnce(
  got: Got,
  options: RequestOptions,
  destination: Destination,
): Promise<RawResponse | typeof stale> {
  const { method, url, deadline, signal } = options;
  const exchange = got.stream(url);
  if (method === "POST") exchange.end();
  const trace = observe(exchange);
  let stopped: PlexError | undefined;
  const stop = (reason: PlexError) => {
    stopped = reason;
    exchange.destroy();
  };
  const cancel = () => {
    stop(cancelled());
  };
  const timer = setTimeout(() => {
    stop(timedOut(destination));
  }, deadline - performance.now());
  signal?.addEventListener("abort", cancel);
  try {
    return await readWhole(exchange);
  } catch (error) {
    if (stopped) throw stopped;
    if (isStale(error, exchange, trace)) return stale;
    throw connectionError(error, destination, trace.interim);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
    exchange.destroy();
  }
}

/** A function that sends requests over one agent. The HTTP library is loaded with the first of them. */
export function createRequester(common: RequesterOptions): Requester {
  const instances: { [method in RequestOptions["method"]]?: Promise<Got> } = {};
  return async (options) => {
    const got = await (instances[options.method] ??= loadGot(common, options.method));
    for (;;) {
      if (options.signal?.aborted) throw cancelled();
      const response = await sendOnce(got, options, common.destination);
      if (response !== stale) return response;
      dropIdleConnections(common.agent);
    }
  };
}
