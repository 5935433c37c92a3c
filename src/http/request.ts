import type { Agent } from "node:http";
import { isAborted } from "../abort";
import { cancelled } from "../errors";
import { loadOnce } from "../load-once";
import { cannotLoad } from "../own-fault";
import { dropIdleConnections } from "./agent";
import { connectionError, type Destination } from "./connection-errors";
import { Exchange, type ExchangeOptions, type Outcome, type RawResponse, stale } from "./exchange";
import type { Headers } from "./headers";
import { createSender } from "./send";

/** A method of HTTP that Plex answers. */
export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** What to ask, and how long the answer may take. */
export interface RequestOptions extends ExchangeOptions {
  readonly method: Method;
  readonly url: string;
  /** Besides those that all requests have, which they override; names in lower case. */
  readonly headers?: Headers | undefined;
  /** Whether it may be sent twice; true unless given. A stale connection does not tell whether the request has arrived. */
  readonly idempotent?: boolean | undefined;
}

/** Sends one request and waits for the whole answer. Rejects with a PlexError, and with nothing else. */
export type Requester = (options: RequestOptions) => Promise<RawResponse>;

/** What all requests of a client have in common. */
export interface RequesterOptions {
  readonly agent: Agent;
  readonly headers: Headers;
  readonly destination: Destination;
}

/**
 * Loads the HTTP library, which takes a small computer a second or more: before there is something to ask.
 * @throws PlexError where it is missing or broken
 */
export const loadHttpLibrary = loadOnce(() =>
  import("got").catch((error: unknown) => {
    throw cannotLoad("got", error);
  }),
);

type GotStream = ReturnType<Awaited<ReturnType<typeof loadHttpLibrary>>["got"]["stream"]>;

/** Begins a request: with headers of its own, whose names are in lower case, besides those that all have. */
type Got = (url: string, options?: { readonly headers: Headers }) => GotStream;

/** Got with all that the requests of a method have in common. */
export async function loadGot({ agent, headers }: RequesterOptions, method: Method): Promise<Got> {
  const { got } = await loadHttpLibrary();
  const instance = got.extend({
    method,
    isStream: true,
    headers: { "user-agent": undefined },
    // A redirect would carry the token to another server.
    followRedirect: false,
    // It retries a stream only for who listens to that; the lists are empty because it copies them into each request.
    retry: { limit: 0, methods: [], statusCodes: [], errorCodes: [] },
    throwHttpErrors: false,
    // The body is unpacked where the size of what comes out is limited.
    decompress: false,
    request: createSender({ method, agent, headers }),
    // Else what is set below would be frozen.
    mutableDefaults: true,
  });
  // For speed alone: Got spreads the settings of its cache into what each request begins with, used or not, and for what
  // follows V8 makes 17 KB of hidden classes each time.
  instance.defaults.options.cacheOptions = {};
  return instance as unknown as Got;
}

function sendOnce(got: Got, options: RequestOptions, destination: Destination): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = options;
    const stream = headers ? got(url, { headers }) : got(url);
    if (method !== "GET") stream.end();
    new Exchange(stream, options, destination, [resolve, reject]);
  });
}

/** A function that sends requests over one agent. The HTTP library is loaded with the first of them. */
export function createRequester(common: RequesterOptions): Requester {
  const instances: { [method in Method]?: Promise<Got> } = {};
  return async (options) => {
    const got = await (instances[options.method] ??= loadGot(common, options.method));
    for (;;) {
      if (isAborted(options.signals)) throw cancelled();
      const response = await sendOnce(got, options, common.destination);
      if (response !== stale) return response;
      dropIdleConnections(common.agent);
      if (options.idempotent === false) throw connectionError({}, common.destination, false);
    }
  };
}
