import type { PlexError } from "./errors";
import { cancelled } from "./failures";
import { longestTimer } from "./settings";

/** Gives its turn back. */
export type Release = () => void;

/** How long one waits for a turn. */
export interface Patience {
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
  /** The error when that time is over. */
  readonly exhausted: () => PlexError;
}

/**
 * Lets at most so many requests out at a time; the others wait in the order in which they came, and none of them
 * costs more than its place in the line.
 */
export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(most: number) {
    this.#free = most;
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

  /** Waits for a turn. Rejects with `exhausted()` when patience ends first, with `cancelled` when the signal does. */
  async take({ ms, signal, exhausted }: Patience): Promise<Release> {
    if (signal?.aborted) throw cancelled();
    if (this.#free > 0) {
      this.#free -= 1;
      return this.#release;
    }
    return new Promise((resolve, reject) => {
      const leave = (settle: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancel);
        this.#waiting.delete(admit);
        settle();
      };
      const admit = () => {
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
          reject(exhausted());
        });
      };
      // A long timeout with some retries adds up to more than that, and a timer that overflows fires at once.
      const timer = setTimeout(giveUp, Math.min(ms, longestTimer));
      signal?.addEventListener("abort", cancel);
      this.#waiting.add(admit);
    });
  }
}
