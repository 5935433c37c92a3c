/** The simulator's clock: real time plus whatever tests moved it by. */
export class Clock {
  #offset = 0;

  /** Milliseconds since 1970 in simulated time. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** Moves the clock forward. */
  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }
}
