import { setTimeout as sleep } from "node:timers/promises";

/** ms of a minute of the day that is played, and of a minute of a clock on the wall. */
const minute = 150;

/** A day in quick motion: everybody in the house lives by it, and it can be made to stand still. */
export class Day {
  /** Minutes that have gone by. */
  #minutes = 0;
  readonly #length: number;
  #residents = 0;
  #resting = 0;
  #held: { readonly until: Promise<void>; readonly goOn: () => void } | undefined;
  #rested: () => void = () => undefined;

  /** @param hours of the day */
  constructor(hours: number) {
    this.#length = hours * 60;
  }

  isOver(): boolean {
    return this.#minutes >= this.#length;
  }

  /** Lets time go by until the day is over. */
  async run(): Promise<void> {
    while (!this.isOver()) {
      await sleep(minute);
      if (!this.#held) this.#minutes += 1;
    }
  }

  /** Somebody lives by this day, until what is returned settles. */
  async live(life: () => Promise<void>): Promise<void> {
    this.#residents += 1;
    try {
      await life();
    } finally {
      this.#residents -= 1;
      this.#rested();
    }
  }

  /** Waits for some minutes of the day, and for as long as the day stands still. */
  async pass(minutes: number): Promise<void> {
    const end = performance.now() + minutes * minute;
    do {
      await this.#rest();
      await sleep(Math.max(0, Math.min(end - performance.now(), minute)));
    } while (performance.now() < end);
    await this.#rest();
  }

  /**
   * Makes the day stand still for everybody but who calls it.
   * @returns once all are at rest, a function that lets it go on
   */
  async hold(): Promise<() => void> {
    let goOn: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    this.#held = { until, goOn };
    while (this.#resting < this.#residents) {
      await new Promise<void>((resolve) => {
        this.#rested = resolve;
      });
    }
    return () => {
      this.#held = undefined;
      goOn();
    };
  }

  async #rest(): Promise<void> {
    if (!this.#held) return;
    this.#resting += 1;
    this.#rested();
    await this.#held.until;
    this.#resting -= 1;
  }
}
