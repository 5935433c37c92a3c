import type { NodeRedProcess } from "./process";

/** What has become of a burst of messages. */
export interface Tally {
  readonly sent: number;
  /** Messages that have come to a `counter` node, and those that have come more than once. */
  readonly came: number;
  readonly cameTwice: number;
  /** Messages that a node of ours has called `done` for, and those that it has called it for more than once. */
  readonly done: number;
  readonly doneTwice: number;
  /** What became of earlier bursts after this one had begun. */
  readonly strays: number;
  /** How often a node of ours called `send` or `done` after it had been closed, since the process began. */
  readonly late: number;
  /** How many came where and with which error, such as `{ "success ok": 9, "error timeout": 1 }`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** ms in which the messages were made and sent, all in one tick. */
  readonly generating: number;
  /** ms for which the event loop was blocked at most. */
  readonly longestLag: number;
}

/** What a process holds on to, as counts. */
export interface Holdings {
  /** `PlexClient`, `AbortController` and `http.Agent` objects, and the listeners and connections of the latter. */
  readonly clients: number;
  readonly controllers: number;
  readonly agents: number;
  readonly agentListeners: number;
  readonly connections: number;
  /** Listeners on `process` and on `RED.events`. */
  readonly processListeners: number;
  readonly runtimeListeners: number;
  readonly timers: number;
}

/** Bytes of a process, after garbage collection. */
export interface Memory {
  readonly heapUsed: number;
  readonly rss: number;
}

/** A log that does not grow with the load. */
export const quietLog = { logging: { console: { level: "info", metrics: false, audit: false } } };

/** What is sent at once. */
export interface BurstOptions {
  readonly count: number;
  /** As many more when the next deploy has begun to stop the nodes; none unless given. */
  readonly whenStopping?: number;
  /** What each of them is a copy of. */
  readonly msg?: object;
}

/** Sends messages at once, to the nodes in turn. */
export async function burst(nodeRed: NodeRedProcess, nodes: readonly string[], options: BurstOptions): Promise<void> {
  await nodeRed.command("burst", { msg: {}, ...options, nodes });
}

/** What has become of the last burst so far. */
export async function readTally(nodeRed: NodeRedProcess): Promise<Tally> {
  return (await nodeRed.command("tally")) as Tally;
}

/** Asks again and again until there is an answer that will do. Rejects with the last answer when none comes in time. */
export async function poll<T>(read: () => Promise<T>, willDo: (value: T) => boolean, ms = 30_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (willDo(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not within ${ms} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until every message of the last burst has come to a counter and is done. */
export async function untilAllCame(nodeRed: NodeRedProcess, ms?: number): Promise<Tally> {
  await poll(
    () => readTally(nodeRed),
    ({ sent, came, done }) => came === sent && done === sent,
    ms,
  );
  // What came twice may come the second time just now.
  await new Promise((resolve) => setTimeout(resolve, 100));
  return readTally(nodeRed);
}

/** Waits until every message of the last burst is done, wherever it went. */
export async function untilAllDone(nodeRed: NodeRedProcess, ms?: number): Promise<Tally> {
  return poll(
    () => readTally(nodeRed),
    ({ sent, done }) => done === sent,
    ms,
  );
}

/** Bytes of the process after garbage collection. */
export async function readMemory(nodeRed: NodeRedProcess): Promise<Memory> {
  return (await nodeRed.command("memory")) as Memory;
}

/** What the process holds on to at this moment. */
export async function readHoldings(nodeRed: NodeRedProcess): Promise<Holdings> {
  return (await nodeRed.command("holdings")) as Holdings;
}
