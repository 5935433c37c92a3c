import type { Agent, ClientRequest, IncomingHttpHeaders } from "node:http";
import { dropIdleConnections } from "./agent";
import type { PlexError } from "./errors";
import { cancelled, connectionFailure, timedOut, tooLarge, type Route } from "./failures";
import type { Headers } from "./headers";

/** The largest answer that is read, in bytes, as it comes and unpacked; a real one has a few hundred. */
export const maxBodySize = 1024 * 1024;

/** What to ask, and how long the answer may take. */
export interface RequestOptions {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** The moment, in epoch ms, at which the attempt that this request serves is over. */
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
  readonly route: Route;
}

/** What an exchange showed of itself besides its answer. */
interface Trace {
  native?: ClientRequest;
  /** An interim answer (1xx) came. */
  interim: boolean;
  /** The head of the answer came. */
  answered: boolean;
}

/** The server had closed the kept-alive connection before the request reached it: no answer, and no failure either. */
const stale = Symbol("stale");

async function loadGot({ agent, headers }: RequesterOptions) {
  const { got } = await import("got");
  return got.extend({
    agent: { http: agent, https: agent as never },
    headers: { ...headers },
    // A redirect would carry the token to another server.
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    // The body is unpacked where the size of what comes out is limited.
    decompress: false,
  });
}

type Got = Awaited<ReturnType<typeof loadGot>>;
type Exchange = ReturnType<Got["stream"]>;

function isStale(error: unknown, { native, interim, answered }: Trace): boolean {
  if (!native?.reusedSocket || interim || answered) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === "ECONNRESET" || code === "EPIPE";
}

function observe(exchange: Exchange): Trace {
  const trace: Trace = { interim: false, answered: false };
  exchange.on("error", () => undefined);
  exchange.once("request", (native: ClientRequest) => {
    trace.native = native;
    native.once("response", () => {
      trace.answered = true;
    });
    native.on("information", () => {
      trace.interim = true;
    });
    native.once("upgrade", (_response, socket) => {
      trace.interim = true;
      socket.destroy();
      exchange.destroy();
    });
  });
  return trace;
}

async function readWhole(exchange: Exchange): Promise<RawResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of exchange as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodySize) throw tooLarge();
    chunks.push(chunk);
  }
  const { statusCode = 0, headers } = exchange.response ?? { headers: {} };
  return { statusCode, headers, body: Buffer.concat(chunks) };
}

async function sendOnce(got: Got, options: RequestOptions, route: Route): Promise<RawResponse | typeof stale> {
  const { method, url, deadline, signal } = options;
  const exchange = got.stream(url, method === "POST" ? { method, body: "" } : { method });
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
    stop(timedOut(route));
  }, deadline - Date.now());
  signal?.addEventListener("abort", cancel);
  try {
    return await readWhole(exchange);
  } catch (error) {
    if (stopped) throw stopped;
    if (isStale(error, trace)) return stale;
    throw connectionFailure(error, route, trace.interim);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
    exchange.destroy();
  }
}

/** A function that sends requests over one agent. The HTTP library is loaded with the first of them. */
export function createRequester(common: RequesterOptions): Requester {
  let loading: Promise<Got> | undefined;
  return async (options) => {
    const got = await (loading ??= loadGot(common));
    for (;;) {
      if (options.signal?.aborted) throw cancelled();
      const response = await sendOnce(got, options, common.route);
      if (response !== stale) return response;
      dropIdleConnections(common.agent);
    }
  };
}
