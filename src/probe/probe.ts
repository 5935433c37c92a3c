import { once, setMaxListeners } from "node:events";
import { type Connection, rankConnection } from "../answers";
import { cancelled, type PlexError } from "../errors";
import { ConcurrencyLimit, loadHttpLibrary, Slots } from "../http";
import { findTargets, type Target } from "./targets";
import { type Outcome, tryTarget, type TryOptions } from "./try-target";

/** A connection, and whether it answered. */
export interface ProbedConnection extends Connection, Omit<Outcome, "reachable"> {
  /** null where it was not tried, or the choice was made before it answered. */
  readonly reachable: boolean | null;
}

/** What to try, and what counts as an answer. */
export interface ProbeOptions extends TryOptions {
  readonly connections: readonly Connection[];
  /** ms for all of it. */
  readonly timeout: number;
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
  /** Tries that failed or were answered. */
  readonly attempts: number;
  /** Why those failed that did. */
  readonly failures: readonly PlexError[];
}

/** Targets that one client tries at the same time: each takes a socket, and a server may tell of any number. */
const maxConcurrent = 64;

/** What limits how many connections a client tries at the same time. */
export function createProbeLimit(): ConcurrencyLimit {
  return new ConcurrencyLimit(maxConcurrent);
}

/** ms without which no try is begun any more: a timer that ends one may fire a little early. */
const minTime = 10;

const timedOut: Outcome = { reachable: false, error: "timeout" };

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

/** Tries the targets, as many at a time as there are slots, and releases those. Never rejects. */
async function tryAll(
  targets: readonly Target[],
  slots: Slots,
  tryOne: (target: Target) => Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  const queue = targets.values();
  const work = async () => {
    for (const target of queue) {
      if (isOver()) break;
      await tryOne(target);
    }
    slots.release();
  };
  await Promise.all(Array.from({ length: slots.count }, work));
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
}

/**
 * Waits for as many slots as can be used, all of them at once: one that comes by itself would let the time run while most
 * targets still wait.
 */
async function acquireSlots(targets: readonly Target[], options: ProbeOptions): Promise<Slots> {
  const { limit, maxWait = Infinity, signal } = options;
  const slots = new Slots(limit, { slots: targets.length, timeout: maxWait, signals: signal ? [signal] : [] });
  if (targets.length > 0) await slots.acquire();
  return slots;
}

/**
 * Tries connections side by side by `GET <uri>/identity`, which every Plex Media Server answers without a token. It is
 * over as soon as no better answer can come, and when the time is.
 * @throws PlexError `cancelled` when the signal aborts, `timeout` when the wait for a turn is too long
 */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  // Before any time is taken: what loads here is not the servers' slowness.
  await loadHttpLibrary();
  const { waitForAll = false, onProgress, signal, timeout } = options;
  const connections: ProbedConnection[] = options.connections.map((each) => ({ ...each, reachable: null }));
  const targets = findTargets(connections);
  const isOver = () => !waitForAll && isDecided(connections);
  const settle = (target: Target, outcome: Outcome) => {
    for (const each of target.connections) Object.assign(each, outcome);
  };
  const open = new Set<Target>();
  const failures: PlexError[] = [];
  let answered = 0;
  const slots = await acquireSlots(targets, options);
  const deadline = performance.now() + timeout;
  await within(options, (end, stop) => {
    const tryOne = async (target: Target) => {
      open.add(target);
      const { outcome, failure } = await tryTarget(target.url, deadline, options, end);
      if (end.aborted) return;
      open.delete(target);
      settle(target, outcome);
      if (failure) failures.push(failure);
      answered += 1;
      onProgress?.(answered, targets.length);
      if (isOver()) stop();
    };
    return tryAll(targets, slots, tryOne, () => end.aborted || performance.now() > deadline - minTime);
  });
  if (signal?.aborted) throw cancelled().withAttempts(answered);
  const unanswered = isOver() ? [] : [...open];
  for (const target of unanswered) settle(target, timedOut);
  return { connections, connection: best(connections), attempts: answered + unanswered.length, failures };
}
