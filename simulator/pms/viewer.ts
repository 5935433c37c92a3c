import type { PlexObject } from "../http/xml";
import { filmMetadata } from "./films";
import type { Playing } from "./playing";

/** Who watches on what; what is left out has a value. */
export interface ViewerOptions {
  readonly machineIdentifier?: string;
  /** The name of the player. */
  readonly name?: string;
  readonly product?: string;
  readonly user?: { readonly id: string; readonly title: string };
  /** Whether notifications name the player, as those of newer servers do. */
  readonly named?: boolean;
}

/** Somebody in front of a player of their own, at the hands of a test. */
export class Viewer {
  readonly machineIdentifier: string;
  readonly #playing: Playing;
  readonly #options: ViewerOptions;
  #item: PlexObject = filmMetadata()[0] ?? {};
  #position = 0;

  /** Use `simulator.viewer`. */
  constructor(playing: Playing, options: ViewerOptions) {
    this.machineIdentifier = options.machineIdentifier ?? "simulated-tv";
    this.#playing = playing;
    this.#options = options;
  }

  /**
   * Starts something: a film by its number, or anything else with these fields.
   * @param at position in ms
   */
  play(what: number | PlexObject = 1, at = 0): void {
    this.#item =
      typeof what === "number"
        ? (filmMetadata().find(({ ratingKey }) => ratingKey === String(what)) ?? {})
        : { key: `/library/metadata/${what["ratingKey"] as string}`, ...what };
    this.#position = at;
    this.#report("playing");
  }

  pause(): void {
    this.#report("paused");
  }

  /** Goes on after a pause. */
  resume(): void {
    this.#report("playing");
  }

  /** Jumps, as some players do: with a stop and a start. */
  seek(position: number): void {
    this.#report("stopped");
    this.#position = position;
    this.#report("playing");
  }

  /** Reports the position, as players do every 10 s. */
  progress(position: number): void {
    this.#position = position;
    this.#report("playing");
  }

  buffer(): void {
    this.#report("buffering");
  }

  stop(position = this.#position): void {
    this.#position = position;
    this.#report("stopped");
  }

  /** Is gone without a word, as after a crash or a cut cable. */
  vanish(): void {
    this.#playing.forget(this.machineIdentifier);
  }

  #report(state: string): void {
    const { name = "Living Room TV", product = "Plex for LG", user = { id: "1", title: "viewer" } } = this.#options;
    const { named = true } = this.#options;
    const player = { machineIdentifier: this.machineIdentifier, title: name, product };
    this.#playing.update({ player, user, named, item: this.#item, state, position: this.#position });
  }
}
