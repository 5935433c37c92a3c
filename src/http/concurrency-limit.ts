import { type Abortable, type AbortLinks, ignoreAbort, isAborted, onAbort } from "../abort";
import { cancelled, PlexError } from "../errors";
import { type Link, LinkedList } from "../linked-list";
import { maxTimerDelay } from "../settings";

/** How long to wait, and for how many slots. */
export interface SlotsOptions {
  /** Acquired all at once; 1 unless told, and more than there are count as all of them. */
  readonly slots?: number;
  /** ms, for all times together. */
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
  readonly #max: number;
  #free: number;
  readonly #waiting = new LinkedList<Slots>();

  constructor(max: number) {
    this.#max = max;
    this.#free = max;
  }

  /** How many slots somebody gets who wants that many. */
  clamp(slots: number): number {
    return Math.min(slots, this.#max);
  }

  /** Takes slots, if they are free and nobody waits. */
  take(slots: number): boolean {
    if (this.#waiting.first || slots > this.#free) return false;
    this.#free -= slots;
    return true;
  }

  /** Has slots granted as soon as those who wait already have got theirs. */
  enqueue(slots: Slots): Link<Slots> {
    return this.#waiting.add(slots);
  }

  /** Gives slots back: none of them lets those go on who have come to the front because others have given up. */
  giveBack(slots: number): void {
    this.#free += slots;
    for (let next = this.#waiting.first; next && next.count <= this.#free; next = this.#waiting.first) {
      this.#free -= next.count;
      next.grant();
    }
  }
}

/** What those who wait have to let go of in the end. */
interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: PlexError) => void;
  readonly since: number;
  readonly place: Link<Slots>;
  readonly timer: NodeJS.Timeout;
  readonly links: AbortLinks;
}

function giveUp(slots: Slots): void {
  slots.giveUp(waitedTooLong());
}

/** What one call holds of a limit: acquired for each of its attempts, and released after it. */
export class Slots implements Abortable {
  readonly count: number;
  readonly #limit: ConcurrencyLimit;
  readonly #signals: SlotsOptions["signals"];
  /** ms for which this call may still wait. */
  #remaining: number;
  #waiting: Waiting | undefined;

  constructor(limit: ConcurrencyLimit, { slots = 1, timeout, signals }: SlotsOptions) {
    this.count = limit.clamp(slots);
    this.#limit = limit;
    this.#signals = signals;
    this.#remaining = timeout;
  }

  /**
   * Acquires all of them: at once where they are free, and then there is nothing to wait for. Rejects with `timeout` when
   * the time is over first, with `cancelled` when a signal aborts.
   */
  acquire(): Promise<void> | undefined {
    if (isAborted(this.#signals)) return Promise.reject(cancelled());
    if (this.#limit.take(this.count)) return undefined;
    return new Promise((resolve, reject) => {
      this.#waiting = {
        resolve,
        reject,
        since: performance.now(),
        place: this.#limit.enqueue(this),
        // A long timeout with some retries adds up to more than that, and a timer that overflows fires at once.
        timer: setTimeout(giveUp, Math.min(this.#remaining, maxTimerDelay), this),
        links: onAbort(this.#signals, this),
      };
    });
  }

  /** Gives one of them back. */
  release(): void {
    this.#limit.giveBack(1);
  }

  /** Called when they have been taken for this call, which waited for them. */
  grant(): void {
    this.#leave()?.resolve();
  }

  /** Called when a signal aborts. */
  abort(): void {
    this.giveUp(cancelled());
  }

  /** Ends the waiting. */
  giveUp(error: PlexError): void {
    this.#leave()?.reject(error);
    // Those behind may want fewer.
    this.#limit.giveBack(0);
  }

  #leave(): Waiting | undefined {
    const waiting = this.#waiting;
    if (!waiting) return undefined;
    this.#waiting = undefined;
    this.#remaining -= performance.now() - waiting.since;
    clearTimeout(waiting.timer);
    ignoreAbort(waiting.links);
    waiting.place.remove();
    return waiting;
  }
}
