import { isAborted, onAbort } from "../abort";
import { cancelled, PlexError } from "../errors";
import { maxTimerDelay } from "../settings";

/** Gives an acquired slot back. */
export type Release = () => void;

/** How long to wait, and for how many slots. */
export interface AcquireOptions {
  /** 1 unless told. */
  readonly slots?: number;
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

interface Waiting {
  readonly slots: number;
  readonly grant: () => void;
}

/** Limits how many requests are in flight at the same time. The others wait in the order in which they came. */
export class ConcurrencyLimit {
  readonly #max: number;
  #free: number;
  readonly #waiting = new Set<Waiting>();

  constructor(max: number) {
    this.#max = max;
    this.#free = max;
  }

  readonly #release: Release = () => {
    this.#free += 1;
    this.#admit();
  };

  #admit(): void {
    for (const { slots, grant } of this.#waiting) {
      if (slots > this.#free) return;
      this.#free -= slots;
      grant();
    }
  }

  /**
   * Acquires slots, all at once; more than there are count as all of them. Where they are free, that is at once. What it
   * returns, or resolves with, gives back one. Rejects with `timeout` when the time is over first, with `cancelled` when a
   * signal ends the waiting.
   */
  acquire({ slots: wanted = 1, ...options }: AcquireOptions): Release | Promise<Release> {
    const slots = Math.min(wanted, this.#max);
    if (isAborted(options.signals)) return Promise.reject(cancelled());
    if (this.#waiting.size > 0 || slots > this.#free) return this.#wait({ slots, ...options });
    this.#free -= slots;
    return this.#release;
  }

  #wait({ slots, timeout, signals }: AcquireOptions & { readonly slots: number }): Promise<Release> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        ignoreAbort();
        this.#waiting.delete(entry);
      };
      const grant = () => {
        leave();
        resolve(this.#release);
      };
      const giveUp = (error: PlexError) => {
        leave();
        reject(error);
        // Those behind may ask for less.
        this.#admit();
      };
      const ignoreAbort = onAbort(signals, () => {
        giveUp(cancelled());
      });
      // A long timeout with some retries adds up to more than that, and a timer that overflows fires at once.
      const delay = Math.min(timeout, maxTimerDelay);
      const timer = setTimeout(() => {
        giveUp(waitedTooLong());
      }, delay);
      const entry = { slots, grant };
      this.#waiting.add(entry);
    });
  }
}
