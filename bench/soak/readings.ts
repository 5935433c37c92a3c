import type { NodeRedProcess } from "../../testing/node-red/process";
import { readHoldings, readMemory, type Holdings, type Tally } from "../../testing/node-red/load";

/** What has become of the messages of all waves so far. */
export class Totals {
  in = 0;
  out = 0;
  /** Messages that ended while a deploy stopped all nodes at once: Node-RED delivers nothing to nodes that are gone. */
  undeliverable = 0;
  lost = 0;
  /** Messages that came out or were done more than once, and whatever a closed node still did. */
  duplicates = 0;
  redeploys = 0;
  /** How many came where and with which error. */
  readonly outcomes: Record<string, number> = {};
  readonly begin = Date.now();
  #late = 0;

  /** Adds a wave that is over. */
  add(wave: Tally, deliverable: boolean): void {
    const { sent, came, done } = wave;
    this.in += sent;
    this.out += came;
    this.undeliverable += deliverable ? 0 : done - came;
    this.lost += sent - (deliverable ? Math.min(came, done) : done);
    // What came late is counted from the start of the process on.
    this.duplicates += wave.cameTwice + wave.doneTwice + wave.strays + wave.late - this.#late;
    this.#late = wave.late;
    for (const [outcome, count] of Object.entries(wave.outcomes)) {
      this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + count;
    }
  }
}

/** What a process holds on to at rest. */
export interface Held {
  /** Bytes after garbage collection. */
  readonly heap: number;
  readonly holdings: Holdings;
}

/** The process at rest, between two waves. */
export interface Reading extends Held {
  readonly seconds: number;
  readonly totals: Pick<Totals, "in" | "out" | "undeliverable" | "lost" | "duplicates" | "redeploys">;
  readonly rss: number;
  /** Connections that the server sees. */
  readonly sockets: number;
  /** What keeps Node-RED's event loop busy. */
  readonly resources: number;
}

/** Takes a reading. */
export async function takeReading(nodeRed: NodeRedProcess, totals: Totals, sockets: number): Promise<Reading> {
  const { heapUsed: heap, rss } = await readMemory(nodeRed);
  const holdings = await readHoldings(nodeRed);
  const resources = (await nodeRed.resources()).length;
  const seconds = Math.round((Date.now() - totals.begin) / 1000);
  const { in: taken, out, undeliverable, lost, duplicates, redeploys } = totals;
  const so = { in: taken, out, undeliverable, lost, duplicates, redeploys };
  return { seconds, totals: so, heap, rss, sockets, resources, holdings };
}

/** How much larger the heap may be than at the first stable reading: a tenth, for what Node-RED itself comes to keep. */
const mostGrowth = 1.1;

const kept = ["clients", "controllers", "agents", "agentListeners", "processListeners", "runtimeListeners"] as const;

/** What a process holds on to more of than before: nothing in a sound program. */
export function findGrowth(first: Held, now: Held): string[] {
  const growth = now.heap / first.heap;
  return [
    ...(growth > mostGrowth ? [`The heap is ${growth.toFixed(2)} times as large as it was.`] : []),
    ...kept.flatMap((name) => {
      const [before, after] = [first.holdings[name], now.holdings[name]];
      return after > before ? [`There are ${after} ${name} where there were ${before}.`] : [];
    }),
  ];
}

/** What is wrong at a reading, compared with the first stable one: nothing in a sound program. */
export function findFlaws(first: Reading, now: Reading): string[] {
  const { lost, duplicates } = now.totals;
  return [
    ...(lost > 0 ? [`${lost} messages are lost.`] : []),
    ...(duplicates > 0 ? [`${duplicates} messages came more than once or too late.`] : []),
    ...findGrowth(first, now),
  ];
}
