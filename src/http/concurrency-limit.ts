import { cancelled, type PlexError } from "../errors";
import { maxTimerDelay } from "../settings";

/** Gives an acquired slot back. */
export type Release = () => void;

/** How long to wait for a slot. */
export interface AcquireOptions {
  /** ms. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Makes the error for when that time is over. */
  readonly timeoutError: () => PlexError;
}

/**
 * Limits how many requests are in flight at the same time. The others wait in the order in which they came, each at
 * the cost of an entry in the queue.
 */
export class ConcurrencyLimit {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(max: number) {
    this.#free = max;
  }

  readonly #release: Release = () => {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else {
      this.#free += 1;
    }
  };

  /** Acquires a slot. Rejects with `timeoutError()` when the timeout ends first, with `cancelled` when the signal does. */
  async acquire({ timeout, signal, timeoutError }: AcquireOptions): Promise<Release> {
    if (signal?.aborted) throw cancelled();
    if (this.#free > 0) {
      this.#free -= 1;
      return this.#release;
    }
    return new Promise((resolve, reject) => {
      const leave = (settle: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancel);
        this.#waiting.delete(grant);
        settle();
      };
      const grant = () => {
        leave(() => {
          resolve(this.#release);
        });
      };
      const cancel = () => {
        leave(() => {
          reject(cancelled());
        });
      };
      const giveUp = () => {
        leave(() => {
          reject(timeoutError());
        });
      };
      // A long timeout with some retries adds up to more than that, and a timer that overflows fires at once.
      const timer = setTimeout(giveUp, Math.min(timeout, maxTimerDelay));
      signal?.addEventListener("abort", cancel);
      this.#waiting.add(grant);
    });
  }
}
