import { once, setMaxListeners } from "node:events";
import { type Connection, rankConnection, readIdentity } from "../answers";
import { cancelled, invalidResponse, PlexError, type PlexErrorCode } from "../errors";
import {
  ConcurrencyLimit,
  createAgent,
  createRequester,
  type Headers,
  loadHttpLibrary,
  type ProxyEnvironment,
  proxyFromEnvironment,
  readBody,
  type Release,
  statusError,
  type TlsOptions,
} from "../http";
import { findTargets, type Target } from "./targets";

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
  /** Shared by all who try connections for the same client. */
  readonly limit: ConcurrencyLimit;
  /** ms to wait for a turn, besides the timeout; without an end unless told. */
  readonly maxWait?: number;
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

/** How the try of a target ended, for each connection that leads there. */
type Outcome = Pick<ProbedConnection, "reachable" | "latency" | "error">;

/** Targets that one client tries at the same time: each takes a socket, and a server may tell of any number. */
const maxConcurrent = 64;

/** What limits how many connections a client tries at the same time. */
export function createProbeLimit(): ConcurrencyLimit {
  return new ConcurrencyLimit(maxConcurrent);
}

const timedOut: Outcome = { reachable: false, error: "timeout" };

async function ask(url: string, deadline: number, options: ProbeOptions, signal: AbortSignal): Promise<void> {
  const { headers, machineIdentifier, timeout, tls } = options;
  const { hostname: host, protocol } = new URL(url);
  const proxy = proxyFromEnvironment(new URL(url), options.proxy);
  const agent = createAgent({ url, tls, proxy, timeout });
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

/** Never rejects. */
async function tryOne(...target: Parameters<typeof ask>): Promise<Outcome> {
  const start = performance.now();
  const [, , { machineIdentifier }] = target;
  try {
    await ask(...target);
  } catch (error) {
    const { code, statusCode } = error instanceof PlexError ? error : { code: "invalid-response" as const };
    // An answer that could not be taken, as one that is too large, is an answer in HTTP all the same.
    if (machineIdentifier !== null || statusCode === undefined) return { reachable: false, error: code };
  }
  return { reachable: true, latency: Math.round(performance.now() - start) };
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

/** Tries the targets, as many at a time as there are slots, until the signal aborts; tells of each as it answers. Never rejects. */
async function tryAll(
  targets: readonly Target[],
  options: ProbeOptions,
  signal: AbortSignal,
  slots: readonly Release[],
  tell: (target: Target, outcome: Outcome) => void,
): Promise<void> {
  const deadline = performance.now() + options.timeout;
  const queue = targets.values();
  const work = async (release: Release) => {
    for (const target of queue) {
      const outcome = await tryOne(target.url, deadline, options, signal);
      if (signal.aborted) break;
      tell(target, outcome);
    }
    release();
  };
  await Promise.all(slots.map(work));
}

/**
 * Runs something until the timeout or the caller's signal ends it, or it calls `stop`. The timer is one of our own: in
 * Node.js 20 a signal of `AbortSignal.timeout` is lost to the garbage collector when only `AbortSignal.any` refers to it.
 */
async function within(
  { timeout, signal }: ProbeOptions,
  run: (end: AbortSignal, stop: () => void) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  const timer = setTimeout(stop, timeout);
  const end = signal ? AbortSignal.any([controller.signal, signal]) : controller.signal;
  // Each try listens once, and there may be more of them than Node.js takes for a leak.
  setMaxListeners(0, end);
  try {
    await Promise.race([run(end, stop), once(end, "abort")]);
  } finally {
    clearTimeout(timer);
    stop();
  }
  if (signal?.aborted) throw cancelled();
}

/**
 * Waits for as many slots as can be used, all of them at once: one that comes by itself would let the time run while most
 * targets still wait.
 */
async function acquireSlots(
  targets: readonly Target[],
  { limit, maxWait = Infinity, signal }: ProbeOptions,
): Promise<Release[]> {
  if (targets.length === 0) return [];
  const slots = Math.min(maxConcurrent, targets.length);
  const release = await limit.acquire({ slots, timeout: maxWait, signals: signal ? [signal] : [] });
  return Array.from({ length: slots }, () => release);
}

/**
 * Tries connections side by side by `GET <uri>/identity`, which every Plex Media Server answers without a token. It is
 * over as soon as no better answer can come, and when the time is.
 * @throws PlexError `cancelled` when the signal aborts, `timeout` when the wait for a turn is too long
 */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  // Before any time is taken: what loads here is not the servers' slowness.
  await loadHttpLibrary();
  const { waitForAll = false, onProgress } = options;
  const connections: ProbedConnection[] = options.connections.map((each) => ({ ...each, reachable: null }));
  const targets = findTargets(connections);
  const isOver = () => !waitForAll && isDecided(connections);
  let answered = 0;
  const slots = await acquireSlots(targets, options);
  await within(options, (end, stop) =>
    tryAll(targets, options, end, slots, (target, outcome) => {
      for (const each of target.connections) Object.assign(each, outcome);
      answered += 1;
      onProgress?.(answered, targets.length);
      if (isOver()) stop();
    }),
  );
  if (!isOver()) for (const each of connections) if (each.reachable === null) Object.assign(each, timedOut);
  return { connections, connection: best(connections) };
}
