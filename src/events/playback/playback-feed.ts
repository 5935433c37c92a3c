import type { EventMedia, ListedSession, PlayingEntry, PlexEvent } from "../notifications";
import { awaited, onConnected, onLost, onTick, type Wants, wants } from "./clock";
import { onMetadata, onNoSessions, onSessions } from "./listed";
import {
  type Heard,
  type Hearing,
  listen,
  type ListenerInput,
  newHearing,
  type PlaybackOptions,
  releaseAt,
} from "./listener";
import { onPlaying } from "./notified";
import { emptyTable, type Step, type Table } from "./table";

interface Subscriber {
  readonly options: PlaybackOptions;
  readonly onEvent: (event: PlexEvent) => void;
  hearing: Hearing;
}

/**
 * The one table of sessions of a server, and what each listener has been told of it. It does nothing by itself: whoever
 * has it gives it notifications, answers and the time (ms of a monotonic clock), and looks at what it `wants`.
 */
export class PlaybackFeed {
  #table: Table = emptyTable;
  readonly #subscribers = new Set<Subscriber>();

  /** Whether nobody listens. */
  get isEmpty(): boolean {
    return this.#subscribers.size === 0;
  }

  /** What is needed from outside, and when; the stops that are held back wait for the time as well. */
  get wants(): Wants {
    const all = wants(this.#table);
    const holding = [...this.#subscribers].filter(({ hearing }) => hearing.held.length > 0);
    if (holding.length === 0) return all;
    const waiting = awaited(this.#table);
    const moments = holding.map(({ hearing }) => releaseAt(hearing, waiting));
    return { ...all, tickAt: Math.min(all.tickAt ?? Infinity, ...moments) };
  }

  /**
   * Adds a listener. What plays already is learned in silence.
   * @param onEvent told of each event; it may not throw
   * @returns a function that removes it
   */
  subscribe(options: PlaybackOptions, onEvent: (event: PlexEvent) => void): () => void {
    const subscriber: Subscriber = { options, onEvent, hearing: newHearing };
    this.#subscribers.add(subscriber);
    const known = [...this.#table.plays.values()].filter(({ awaits }) => awaits === "nothing");
    const reports = known.map((play) => ({ play, change: "state" as const, at: play.since, inferred: false }));
    const nothing = { awaitedBefore: [], awaitedAfter: [], now: options.since };
    this.#tell(subscriber, listen(newHearing, options, { reports, ...nothing }));
    return () => {
      this.#subscribers.delete(subscriber);
      if (this.isEmpty) this.#table = emptyTable;
    };
  }

  connected(now: number): void {
    this.#step(onConnected(this.#table, now), now);
  }

  lost(now: number): void {
    this.#step(onLost(this.#table, now), now);
  }

  tick(now: number): void {
    this.#step(onTick(this.#table, now), now);
  }

  /** A notification of the type `playing`. */
  notified(entry: PlayingEntry, now: number): void {
    this.#step(onPlaying(this.#table, entry, now), now);
  }

  /** What `/status/sessions` lists that was asked at that moment, or why there is no list. */
  listed(sessions: readonly ListedSession[] | "refused" | "failed", askedAt: number, now: number): void {
    const isList = typeof sessions !== "string";
    const step = isList
      ? onSessions(this.#table, sessions, askedAt, now)
      : onNoSessions(this.#table, sessions === "refused", now);
    this.#step(step, now);
  }

  /** What `/library/metadata` tells of an item; null where it tells nothing. */
  described(ratingKey: string, media: EventMedia | null, now: number): void {
    this.#step(onMetadata(this.#table, ratingKey, media), now);
  }

  #step({ table, reports }: Step, now: number): void {
    const before = this.#table;
    this.#table = table;
    // Most steps are reports of a position, which concern few listeners or none.
    const isProgress = reports.every(({ change }) => change === "progress");
    let news: ListenerInput | undefined;
    for (const subscriber of this.#subscribers) {
      const { hearing, options } = subscriber;
      if (isProgress && !options.progress && hearing.held.length === 0) continue;
      news ??= { reports, awaitedBefore: awaited(before), awaitedAfter: awaited(table), now };
      this.#tell(subscriber, listen(hearing, options, news));
    }
  }

  #tell(subscriber: Subscriber, { hearing, events }: Heard): void {
    subscriber.hearing = hearing;
    for (const event of events) subscriber.onEvent(event);
  }
}
