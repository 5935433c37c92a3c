import type { HttpClient } from "../http";
import { LibraryFeed } from "./library";
import { type ListenOptions, withEpoch } from "./listen-options";
import { Lookups } from "./lookups";
import { type Notification, type PlexEvent, readEntry } from "./notifications";
import { passesMedia, PlaybackFeed } from "./playback";

/**
 * Makes events of notifications: gives the feeds of playback and of the library what comes, the answers that they need,
 * and the time.
 */
export class Feeds {
  readonly #playback = new PlaybackFeed();
  readonly #library = new LibraryFeed();
  readonly #lookups: Lookups;
  #timer: NodeJS.Timeout | undefined;
  /** When it fires. That may be too early: nearly every notification moves the moment on that it is set for. */
  #timerAt = Infinity;

  constructor(http: HttpClient) {
    this.#lookups = new Lookups(http, {
      onSessions: (sessions, askedAt) => {
        this.#playback.listed(sessions, askedAt, performance.now());
        this.goOn();
      },
      onItem: (ratingKey, media) => {
        this.#playback.described(ratingKey, media, performance.now());
        this.#library.described(ratingKey, media, performance.now());
        this.goOn();
      },
      onTitles: (titles) => {
        this.#library.titled(titles, performance.now());
        this.goOn();
      },
    });
  }

  /**
   * Adds a listener to playback or to the library.
   * @param isOpen whether the stream is there already
   * @param onEvent told of each event, with `at` in epoch ms; it may not throw
   * @returns a function that removes it
   */
  subscribe(options: ListenOptions, isOpen: boolean, onEvent: (event: PlexEvent) => void): () => void {
    const pass = (event: PlexEvent) => {
      onEvent(withEpoch(event));
    };
    if (options.listen === "library") {
      return this.#library.subscribe((event) => {
        if (event.event !== "added" || passesMedia(event.media, options.media)) pass(event);
      });
    }
    const since = performance.now();
    const isFirst = this.#playback.isEmpty;
    const unsubscribe = this.#playback.subscribe({ ...options, since }, pass);
    // A stream that brings these notifications already will not be opened again.
    if (isFirst && isOpen) this.connected();
    return unsubscribe;
  }

  /** The stream is there: what happens from now on is heard of. */
  connected(): void {
    if (!this.#playback.isEmpty) this.#playback.connected(performance.now());
    this.goOn();
  }

  /** The stream is there no more. */
  lost(): void {
    if (!this.#playback.isEmpty) this.#playback.lost(performance.now());
    this.goOn();
  }

  /** Takes a notification; `goOn` has to follow. */
  notified(notification: Notification): void {
    const now = performance.now();
    const entry = readEntry(notification);
    if (entry.kind === "other") return;
    if (entry.kind === "playing") {
      if (!this.#playback.isEmpty) this.#playback.notified(entry, now);
    } else if (!this.#library.isEmpty) {
      this.#library.notified(entry, now);
    }
  }

  /** Asks for what is needed now, and sets the timer for what will be. */
  goOn(): void {
    const now = performance.now();
    const { sessionsAt, metadata, tickAt } = this.#playback.wants;
    const library = this.#library.wants(now);
    if (sessionsAt !== null && sessionsAt <= now) this.#lookups.sessions();
    this.#lookups.items([...metadata, ...library.metadata]);
    if (library.titles) this.#lookups.titles();
    const askAt = this.#lookups.isAskingSessions ? Infinity : (sessionsAt ?? Infinity);
    const next = Math.min(askAt, tickAt ?? Infinity, library.tickAt ?? Infinity);
    if (next >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = next;
    this.#timer = setTimeout(this.#tick, Math.max(0, Math.ceil(next - now)));
  }

  /** Ends what goes on, once nobody listens. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timerAt = Infinity;
    this.#lookups.stop();
  }

  readonly #tick = () => {
    this.#timerAt = Infinity;
    const now = performance.now();
    if (!this.#playback.isEmpty) this.#playback.tick(now);
    if (!this.#library.isEmpty) this.#library.tick(now);
    this.goOn();
  };
}
