import { microseconds } from "./frames";
import { collectGarbage, ownCpu, percentile } from "./meter";
import { Profiler, type ProfileSummary } from "./profiler";

/** What came out of the node under test since the last time that was asked. */
export interface Heard {
  readonly messages: number;
  /** ms from the frame to the message, where the frames tell when they were sent. */
  readonly p50: number;
  readonly p99: number;
  /** CPU seconds of the process. */
  readonly cpu: number;
  /** Bytes of the heap now, after garbage collection. */
  readonly heap: number;
  readonly profile: ProfileSummary | null;
}

/** How to listen until the next time. */
export interface EarOrder {
  readonly profile?: boolean;
}

interface EventMessage {
  readonly payload?: { readonly position?: unknown } | null;
}

/** Counts messages that a flow began, and tells how late they are. */
export class Ear {
  readonly #latencies: number[] = [];
  #messages = 0;
  #cpu = 0;
  #profiler: Profiler | undefined;

  hear({ payload }: EventMessage): void {
    this.#messages += 1;
    const position = payload?.position;
    if (typeof position === "number") this.#latencies.push((microseconds() - position) / 1000);
  }

  /** What it has heard since the last call. */
  take({ profile = false }: EarOrder): Heard {
    const cpu = ownCpu() - this.#cpu;
    const summary = this.#profiler?.stop() ?? null;
    const sorted = Float64Array.from(this.#latencies).sort();
    const messages = this.#messages;
    this.#latencies.length = 0;
    this.#messages = 0;
    collectGarbage();
    const heap = process.memoryUsage().heapUsed;
    this.#profiler = profile ? new Profiler() : undefined;
    this.#profiler?.start();
    this.#cpu = ownCpu();
    return { messages, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), cpu, heap, profile: summary };
  }
}
