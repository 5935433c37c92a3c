import { cpus } from "node:os";
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Profiler, type ProfileSummary } from "./profiler";

/** What to measure: a closed loop with so many calls in flight. */
export interface Order {
  readonly inFlight: number;
  /** ms before the measurement begins. */
  readonly warmUp: number;
  /** Calls that the warm-up has at least, however long they take: a slow machine shall not be measured cold. */
  readonly warmUpCalls: number;
  /** ms that are measured. */
  readonly ms: number;
  /** Whether to take a CPU profile of those. */
  readonly profile: boolean;
}

/** What was measured. */
export interface Sample {
  /** All of the loop, warm-up and run-out included. */
  readonly messages: number;
  /** Of the measured time alone, as all below. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU seconds for 10,000 messages. */
  readonly cpu: number;
  /** Bytes that the heap has grown by for 10,000 messages, after garbage collection at both ends of the loop. */
  readonly heap: number;
  /** Bytes of the process at most, since it began. */
  readonly peak: number;
  /** CPU seconds of this process in the whole loop, and of the whole machine. */
  readonly ownCpu: number;
  readonly machineCpu: number;
  readonly wallTime: number;
  readonly profile: ProfileSummary | null;
}

const perBatch = 10_000;

/** Frees what is free to go, without Node.js having been started with a flag for it. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

/** CPU seconds of this process. */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function machineCpu(): number {
  const busy = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return busy.reduce((sum, ms) => sum + ms, 0) / 1000;
}

/** The value below which that part of all lies. */
export function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

interface Mark {
  readonly time: number;
  readonly cpu: number;
}

const mark = (): Mark => ({ time: performance.now(), cpu: ownCpu() });

/** Counts and times the calls of a closed loop: first the warm-up, then the measured time, then the run-out. */
export class Meter {
  readonly inFlight: number;
  readonly #order: Order;
  readonly #profiler: Profiler | null;
  readonly #machine: number;
  readonly #heap: number;
  readonly #start: Mark;
  readonly #latencies: number[] = [];
  #total = 0;
  #measured = 0;
  #begin: Mark | undefined;
  #end: Mark | undefined;

  constructor(order: Order) {
    this.inFlight = order.inFlight;
    this.#order = order;
    this.#profiler = order.profile ? new Profiler() : null;
    collectGarbage();
    this.#heap = process.memoryUsage().heapUsed;
    this.#machine = machineCpu();
    this.#start = mark();
  }

  /** A call that started then has been answered. Returns whether another one shall go out. */
  answered(startedAt: number): boolean {
    const now = performance.now();
    this.#total += 1;
    if (this.#end) return false;
    if (!this.#begin) {
      if (now - this.#start.time >= this.#order.warmUp && this.#total >= this.#order.warmUpCalls) {
        this.#profiler?.start();
        this.#begin = mark();
      }
      return true;
    }
    this.#measured += 1;
    if (startedAt >= this.#begin.time) this.#latencies.push(now - startedAt);
    if (now - this.#begin.time < this.#order.ms) return true;
    this.#end = mark();
    return false;
  }

  /** To be called when the last call has been answered. */
  finish(): Sample {
    const { time, cpu } = mark();
    const machine = machineCpu() - this.#machine;
    const [begin, end] = [this.#begin ?? this.#start, this.#end ?? { time, cpu }];
    const profile = this.#profiler?.stop() ?? null;
    const sorted = Float64Array.from(this.#latencies).sort();
    this.#latencies.length = 0;
    collectGarbage();
    return {
      messages: this.#total,
      perSecond: (this.#measured / (end.time - begin.time)) * 1000,
      p50: percentile(sorted, 0.5),
      p99: percentile(sorted, 0.99),
      cpu: ((end.cpu - begin.cpu) / this.#measured) * perBatch,
      heap: ((process.memoryUsage().heapUsed - this.#heap) / this.#total) * perBatch,
      peak: process.resourceUsage().maxRSS * 1024,
      ownCpu: cpu - this.#start.cpu,
      machineCpu: machine,
      wallTime: (time - this.#start.time) / 1000,
      profile,
    };
  }
}
