import { performance } from "node:perf_hooks";
import { ownCpu } from "./meter";
import { Profiler, type ProfileSummary } from "./profiler";

/** What a process does that has just started: one call after the other, so many in all after the first. */
export interface ColdOrder {
  readonly calls: number;
  /** Whether to take a CPU profile of all of them. */
  readonly profile: boolean;
}

/** What was measured. */
export interface ColdSample {
  /** ms for the first call. */
  readonly first: number;
  /** CPU seconds of the process for the calls after it, in all. */
  readonly cpu: number;
  readonly profile: ProfileSummary | null;
}

/** Times the first call, and counts what the next ones cost. */
export class ColdMeter {
  readonly inFlight = 1;
  readonly #calls: number;
  readonly #profiler: Profiler | null;
  #done = 0;
  #first = Number.NaN;
  #begin = Number.NaN;

  constructor({ calls, profile }: ColdOrder) {
    this.#calls = calls;
    this.#profiler = profile ? new Profiler() : null;
    this.#profiler?.start();
  }

  /** A call that started then has been answered. Returns whether another one shall go out. */
  answered(startedAt: number): boolean {
    if (this.#done === 0) {
      this.#first = performance.now() - startedAt;
      this.#begin = ownCpu();
    }
    this.#done += 1;
    return this.#done <= this.#calls;
  }

  /** To be called when the last call has been answered. */
  finish(): ColdSample {
    const cpu = ownCpu() - this.#begin;
    return { first: this.#first, cpu, profile: this.#profiler?.stop() ?? null };
  }
}
