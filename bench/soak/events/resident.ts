import type { Simulator, Viewer } from "../../../simulator";
import type { Day } from "./day";
import type { Random } from "./random";
import { inWords, type Told } from "./told";

/** Whose player it is, and how it speaks. */
export interface Person {
  readonly player: string;
  readonly user: { readonly id: string; readonly title: string };
  /** Whether notifications name the player. */
  readonly named: boolean;
}

const lengths = { movie: 7_200_000, episode: 2_700_000, track: 240_000 } as const;
const types = Object.keys(lengths) as (keyof typeof lengths)[];
let items = 0;

/** Somebody at home in front of a player, and what has to be told of that. */
export class Resident {
  /** What a node has to tell of this player, in order. */
  readonly expected: string[] = [];
  readonly id: string;
  readonly person: Person;
  sessions = 0;
  reports = 0;
  readonly #viewer: Viewer;
  readonly #day: Day;
  readonly #random: Random;
  readonly #told: Told;
  #ratingKey = "";
  /** When it last jumped: nobody can know whether what stops in a gap just after that had gone on. */
  #jumped = -Infinity;
  #position = 0;
  #state: "idle" | "playing" | "paused" = "idle";

  constructor(simulator: Simulator, person: Person, parts: { day: Day; random: Random; told: Told }) {
    this.person = person;
    this.id = `${person.player.toLowerCase().replaceAll(" ", "-")}-id`;
    this.#viewer = simulator.viewer({ machineIdentifier: this.id, name: person.player, ...person });
    [this.#day, this.#random, this.#told] = [parts.day, parts.random, parts.told];
  }

  /** Whether everything has been told so far. */
  get isTold(): boolean {
    return this.#told.of("all", this.id).length >= this.expected.length;
  }

  /** A day in front of the player. */
  async live(): Promise<void> {
    while (!this.#day.isOver()) {
      await this.#day.pass(this.#random.between(2, 30));
      if (this.#state === "idle") {
        this.#play("started");
        // What a player does before the server has told of the session comes as one.
        await this.#told.until(() => this.isTold);
      }
      const minutes = this.#random.between(10, 60);
      for (let at = 0; at < minutes && this.#isBusy() && !this.#day.isOver(); at += 5) await this.#goOn();
      if (this.#isBusy()) await this.#stop();
    }
    if (this.#isBusy()) await this.#stop();
  }

  /** What may happen while nobody hears it; it is told after that as far as it makes a difference. */
  actUnheard(restarted: boolean): void {
    const chance = this.#random.next();
    if (this.#state === "idle") {
      if (chance < 0.3) this.#play("started", true);
    } else if (chance < 0.3 && performance.now() - this.#jumped > 1_500) {
      this.#viewer.vanish();
      this.#expect("stopped", true);
      this.#state = "idle";
      // The gap is longer than a stop is held back.
      if (restarted && chance < 0.15) this.#play("started", true);
    } else if (chance < 0.6) {
      this.#toggle(true);
    } else {
      this.#report();
    }
  }

  #isBusy(): boolean {
    return this.#state !== "idle";
  }

  #expect(event: string, inferred = false): void {
    this.expected.push(inWords(event, this.#ratingKey, inferred));
  }

  #play(event: "started" | "changed", inferred = false): void {
    const type = this.#random.pick(types);
    this.#ratingKey = String(1_000 + ++items);
    this.#position = event === "started" && this.#random.happens(0.3) ? 600_000 : 0;
    const title = `Item ${this.#ratingKey}`;
    this.#viewer.play({ ratingKey: this.#ratingKey, type, title, duration: lengths[type] }, this.#position);
    this.#state = "playing";
    this.sessions += 1;
    this.#expect(event, inferred);
  }

  #toggle(inferred = false): void {
    const pauses = this.#state === "playing";
    if (pauses) this.#viewer.pause();
    else this.#viewer.resume();
    this.#state = pauses ? "paused" : "playing";
    this.#expect(pauses ? "paused" : "resumed", inferred);
  }

  #jump(): void {
    this.#viewer.seek((this.#position += 60_000));
    this.#jumped = performance.now();
  }

  /** Says where it is, as players do every 10 s, whether they play or not. */
  #report(): void {
    this.reports += 1;
    if (this.#state === "paused") this.#viewer.pause();
    else this.#viewer.progress((this.#position += 10_000));
  }

  /** Five minutes in which something may happen. */
  async #goOn(): Promise<void> {
    const chance = this.#random.next();
    if (this.#state === "paused" || chance < 0.3) this.#toggle();
    else if (chance < 0.5) this.#jump();
    else if (chance < 0.6) this.#viewer.buffer();
    else if (chance < 0.7) {
      this.#viewer.stop();
      this.#play("changed");
      await this.#told.until(() => this.isTold);
    }
    for (let report = 0; report < 30; report += 1) {
      await this.#day.pass(1 / 6);
      if (!this.#isBusy()) return;
      this.#report();
    }
  }

  async #stop(): Promise<void> {
    this.#viewer.stop(this.#position);
    this.#expect("stopped");
    this.#state = "idle";
    await this.#told.until(() => this.isTold);
  }
}
