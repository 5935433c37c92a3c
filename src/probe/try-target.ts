import { readIdentity } from "../answers";
import { invalidResponse, type PlexError, type PlexErrorCode } from "../errors";
import {
  createAgent,
  createRequester,
  type Headers,
  type ProxyEnvironment,
  proxyFromEnvironment,
  readBody,
  statusError,
  type TlsOptions,
} from "../http";
import { asPlexError } from "../own-fault";

/** How the try of a target ended, for each connection that leads there. */
export interface Outcome {
  readonly reachable: boolean;
  /** ms until the answer was there. */
  readonly latency?: number;
  /** Why it is not reachable. */
  readonly error?: PlexErrorCode;
}

/** What is sent, and what counts as an answer. */
export interface TryOptions {
  /** The server that has to answer; null takes any HTTP answer, as of a cloud provider. */
  readonly machineIdentifier: string | null;
  /** Headers that identify the client. A token is never among them: nobody knows yet who will answer. */
  readonly headers: Headers;
  readonly tls?: TlsOptions | undefined;
  readonly proxy?: ProxyEnvironment | undefined;
}

async function ask(url: string, deadline: number, options: TryOptions, signal: AbortSignal): Promise<void> {
  const { headers, machineIdentifier, tls } = options;
  const { hostname: host, protocol } = new URL(url);
  const proxy = proxyFromEnvironment(new URL(url), options.proxy);
  const agent = createAgent({ url, tls, proxy, timeout: Math.max(1, deadline - performance.now()) });
  try {
    const destination = { host, secure: protocol === "https:", proxied: proxy !== "" };
    const request = createRequester({ agent, headers, destination });
    const response = await request({ method: "GET", url, deadline, signals: [signal] });
    if (machineIdentifier === null) return;
    const { statusCode } = response;
    if (statusCode < 200 || statusCode > 299) throw statusError(statusCode, response.headers, { token: "", url });
    const identity = readIdentity(await readBody(response));
    if (identity.machineIdentifier !== machineIdentifier) throw invalidResponse("Another server answered.", statusCode);
  } finally {
    agent.destroy();
  }
}

/** How a try ended, and the error where it failed. */
export interface Tried {
  readonly outcome: Outcome;
  readonly failure?: PlexError;
}

/**
 * Tries one address until the deadline, a moment of `performance.now()`, or until the signal aborts. Never rejects.
 */
export async function tryTarget(...target: Parameters<typeof ask>): Promise<Tried> {
  const start = performance.now();
  const [, , { machineIdentifier }] = target;
  try {
    await ask(...target);
  } catch (error) {
    const failure = asPlexError(error);
    // An answer that could not be taken, as one that is too large, is an answer in HTTP all the same.
    const isAnswer = machineIdentifier === null && failure.statusCode !== undefined;
    if (!isAnswer) return { outcome: { reachable: false, error: failure.code }, failure };
  }
  return { outcome: { reachable: true, latency: Math.round(performance.now() - start) } };
}
