import { setMaxListeners } from "node:events";
import { createAgent, type TlsOptions } from "./agent";
import { readBody } from "./body";
import { rankConnection, type Connection } from "./connections";
import { PlexError, type PlexErrorCode } from "./errors";
import { cancelled, notAnAnswer } from "./failures";
import type { Headers } from "./headers";
import { readIdentity } from "./identity";
import { proxyFromEnvironment, type ProxyEnvironment } from "./proxy";
import { createRequester } from "./request";
import { statusFailure } from "./statuses";

/** A connection, and whether it answered. */
export interface ProbedConnection extends Connection {
  /** null where the choice was made before it answered. */
  readonly reachable: boolean | null;
  /** ms until the answer was there. */
  readonly latency?: number;
  /** Why it is not reachable. */
  readonly error?: PlexErrorCode;
}

/** What to try, and what counts as an answer. */
export interface ProbeOptions {
  readonly connections: readonly Connection[];
  /** The server that has to answer; null takes any HTTP answer, as of a cloud provider. */
  readonly machineIdentifier: string | null;
  /** Headers that identify the client. A token is never among them: nobody knows yet who will answer. */
  readonly headers: Headers;
  /** ms for all of it. */
  readonly timeout: number;
  readonly tls?: TlsOptions | undefined;
  readonly proxy?: ProxyEnvironment | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether to wait for every answer, and not only until no better one can come. */
  readonly waitForAll?: boolean;
  /** Told after each answer how many are there, of how many. */
  readonly onProgress?: ((answered: number, total: number) => void) | undefined;
}

/** What the connections answered, in the order in which they were given. */
export interface ProbeResult {
  readonly connections: readonly ProbedConnection[];
  /** The best that answered, null where none did. */
  readonly connection: ProbedConnection | null;
}

async function ask(connection: Connection, options: ProbeOptions, signal: AbortSignal): Promise<void> {
  const { headers, machineIdentifier, timeout, tls } = options;
  const base = new URL(connection.uri);
  const proxy = proxyFromEnvironment(base, options.proxy);
  const route = { host: base.hostname, secure: connection.protocol === "https", proxied: proxy !== "" };
  const agent = createAgent({ url: connection.uri, tls, proxy, timeout });
  try {
    const url = `${base.origin}${base.pathname.replace(/\/$/, "")}/identity`;
    const request = createRequester({ agent, headers, route });
    const response = await request({ method: "GET", url, deadline: Date.now() + timeout, signal });
    if (machineIdentifier === null) return;
    const { statusCode } = response;
    if (statusCode < 200 || statusCode > 299) throw statusFailure(statusCode, response.headers, { token: "", url });
    const identity = readIdentity(await readBody(response));
    if (identity.machineIdentifier !== machineIdentifier) throw notAnAnswer("Another server answered.", statusCode);
  } finally {
    agent.destroy();
  }
}

/** Tries one connection. Never rejects. */
async function tryOne(connection: Connection, options: ProbeOptions, signal: AbortSignal): Promise<ProbedConnection> {
  const start = performance.now();
  try {
    await ask(connection, options, signal);
    return { ...connection, reachable: true, latency: Math.round(performance.now() - start) };
  } catch (error) {
    return { ...connection, reachable: false, error: error instanceof PlexError ? error.code : "invalid-response" };
  }
}

function best(connections: readonly ProbedConnection[]): ProbedConnection | null {
  const reached = connections.filter(({ reachable }) => reachable);
  const order = (a: ProbedConnection, b: ProbedConnection) =>
    rankConnection(a) - rankConnection(b) || (a.latency ?? 0) - (b.latency ?? 0);
  return reached.sort(order)[0] ?? null;
}

/** Whether nothing that is still out could be better: of the same rank, what comes later was slower. */
function isDecided(connections: readonly ProbedConnection[]): boolean {
  const choice = best(connections);
  if (!choice) return false;
  return connections.every((other) => other.reachable !== null || rankConnection(other) >= rankConnection(choice));
}

/**
 * Tries connections side by side by `GET <uri>/identity`, which every Plex Media Server answers without a token. It is
 * over as soon as no better answer can come, and when the time is.
 * @throws PlexError `cancelled` when the signal aborts
 */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const { signal, waitForAll = false, onProgress } = options;
  const connections: ProbedConnection[] = options.connections.map((each) => ({ ...each, reachable: null }));
  const rest = new AbortController();
  // Each connection listens once, and there may be more of them than Node.js takes for a leak.
  setMaxListeners(0, rest.signal);
  const stop = () => {
    rest.abort();
  };
  if (signal?.aborted) throw cancelled();
  signal?.addEventListener("abort", stop);
  let answered = 0;
  await new Promise<void>((decide) => {
    if (connections.length === 0) decide();
    options.connections.forEach((connection, index) => {
      void tryOne(connection, options, rest.signal).then((result) => {
        if (rest.signal.aborted) return;
        connections[index] = result;
        answered += 1;
        onProgress?.(answered, connections.length);
        if (answered === connections.length || (!waitForAll && isDecided(connections))) decide();
      });
    });
    rest.signal.addEventListener("abort", () => {
      decide();
    });
  });
  rest.abort();
  signal?.removeEventListener("abort", stop);
  if (signal?.aborted) throw cancelled();
  return { connections, connection: best(connections) };
}
