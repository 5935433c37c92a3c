import type { EventMedia, PlexEvent, ScannedEntry, TimelineEntry } from "../notifications";
import { libraryWants, type LibraryWants, onItem, onLibraryTick, onScanned, onTimeline } from "./library";
import { emptyLibrary, type Library, type LibraryStep } from "./state";
import { onTitles } from "./titles";

/**
 * What is known of the library of a server, and who listens. It does nothing by itself: whoever has it gives it
 * notifications, answers and the time (ms of a monotonic clock), and looks at what it wants.
 */
export class LibraryFeed {
  #library: Library = emptyLibrary;
  readonly #subscribers = new Set<(event: PlexEvent) => void>();

  /** Whether nobody listens. */
  get isEmpty(): boolean {
    return this.#subscribers.size === 0;
  }

  /**
   * Adds a listener.
   * @param onEvent told of each event, with objects of its own; it may not throw
   * @returns a function that removes it
   */
  subscribe(onEvent: (event: PlexEvent) => void): () => void {
    this.#subscribers.add(onEvent);
    return () => {
      this.#subscribers.delete(onEvent);
      if (this.isEmpty) this.#library = emptyLibrary;
    };
  }

  /** What is needed from outside, and when. */
  wants(now: number): LibraryWants {
    return libraryWants(this.#library, now);
  }

  tick(now: number): void {
    this.#step(onLibraryTick(this.#library, now));
  }

  notified(entry: TimelineEntry | ScannedEntry, now: number): void {
    const take =
      entry.kind === "timeline" ? onTimeline(this.#library, entry, now) : onScanned(this.#library, entry, now);
    this.#step(take);
  }

  /** What `/library/metadata` tells of an item; null where it tells nothing. */
  described(ratingKey: string, media: EventMedia | null, now: number): void {
    this.#step(onItem(this.#library, ratingKey, media, now));
  }

  /** The titles of the sections; null where they could not be had. */
  titled(titles: ReadonlyMap<string, string> | null, now: number): void {
    this.#step(onTitles(this.#library, titles, now));
  }

  #step({ library, events }: LibraryStep): void {
    this.#library = library;
    for (const event of events) {
      for (const onEvent of this.#subscribers) onEvent({ ...event, media: { ...event.media } });
    }
  }
}
