import { isAborted, onAbort } from "../abort";
import { cancelled, PlexError } from "../errors";
import { maxTimerDelay } from "../settings";

/** Gives an acquired slot back. */
export type Release = () => void;

/** How long to wait for a slot. */
export interface AcquireOptions {
  /** ms. */
  readonly timeout: number;
  /** Each of them ends the waiting. */
  readonly signals: readonly AbortSignal[];
}

/** The time to wait for a slot is over: of the server, that tells nothing. */
function waitedTooLong(): PlexError {
  return new PlexError({
    code: "timeout",
    what: "The request found no turn in time, because too many others were on their way.",
    hint: "Send fewer messages at a time, or allow more time in the plex-config node.",
    retryable: true,
  });
}

/** Limits how many requests are in flight at the same time. The others wait in the order in which they came. */
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

  /**
   * Acquires a slot, at once where one is free. Rejects with `timeout` when the time is over first, with `cancelled`
   * when a signal ends the waiting.
   */
  acquire(options: AcquireOptions): Release | Promise<Release> {
    if (isAborted(options.signals)) return Promise.reject(cancelled());
    if (this.#free === 0) return this.#wait(options);
    this.#free -= 1;
    return this.#release;
  }

  #wait({ timeout, signals }: AcquireOptions): Promise<Release> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        ignoreAbort();
        this.#waiting.delete(grant);
      };
      const grant = () => {
        leave();
        resolve(this.#release);
      };
      const giveUp = (error: PlexError) => {
        leave();
        reject(error);
      };
      const ignoreAbort = onAbort(signals, () => {
        giveUp(cancelled());
      });
      // A long timeout with some retries adds up to more than that, and a timer that overflows fires at once.
      const delay = Math.min(timeout, maxTimerDelay);
      const timer = setTimeout(() => {
        giveUp(waitedTooLong());
      }, delay);
      this.#waiting.add(grant);
    });
  }
}
