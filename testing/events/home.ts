import { readEntry } from "../../src/events/notifications/entries";
import { readFrame } from "../../src/events/notifications/frames";
import { readMetadata } from "../../src/events/notifications/media";
import { awaited, onConnected, onLost, onTick, wants } from "../../src/events/playback/clock";
import { onMetadata, onNoSessions, onSessions } from "../../src/events/playback/listed";
import { type Hearing, listen, newHearing, type PlaybackOptions, releaseAt } from "../../src/events/playback/listener";
import { onPlaying } from "../../src/events/playback/notified";
import { emptyTable, type Step, type Table } from "../../src/events/playback/table";
import type { PlexEvent } from "../../src/events/notifications/event";
import { readSessionList } from "../../src/events/notifications/session-list";

/** A session as a test writes it; what it leaves out has a value that fits. */
export interface HomeSession {
  readonly sessionKey: string;
  readonly ratingKey?: string;
  readonly key?: string;
  readonly type?: string;
  readonly title?: string;
  readonly duration?: number;
  readonly viewOffset?: number;
  readonly live?: string;
  readonly player?: string;
  readonly playerName?: string;
  readonly user?: string;
  readonly userName?: string;
  readonly state?: string;
}

/** That session as `/status/sessions` lists it. */
export function listed(session: HomeSession): object {
  const { player = "tv-1", playerName = "Living Room", user = "1", userName = "anna", state = "playing" } = session;
  const { sessionKey, ratingKey = "100", type = "movie", title = `Item ${ratingKey}`, duration = 100_000 } = session;
  return {
    ...{ sessionKey, ratingKey, key: `/library/metadata/${ratingKey}`, type, title, duration },
    ...("key" in session && { key: session.key }),
    ...("live" in session && { live: session.live }),
    viewOffset: session.viewOffset ?? 0,
    librarySectionTitle: "Films",
    User: { id: user, title: userName },
    Player: {
      machineIdentifier: player,
      title: playerName,
      product: "Plex for LG",
      platform: "webOS",
      local: true,
      state,
    },
  };
}

/** What a notification of the type `playing` says, as on newer servers. */
export function playing(fields: object): object {
  return { guid: "", url: "", ratingKey: "100", key: "/library/metadata/100", viewOffset: 0, ...fields };
}

/**
 * The table of sessions and one listener, with a clock that the test moves and a server that answers at once: lists,
 * refuses, or fails.
 */
export class Home {
  now = 1_000_000;
  table: Table = emptyTable;
  hearing: Hearing = newHearing;
  readonly events: PlexEvent[] = [];
  /** What `/status/sessions` answers. */
  sessions: readonly HomeSession[] | "refused" | "failing" = [];
  /** What `/library/metadata` answers, by ratingKey; `pending` for not yet. */
  metadata: Readonly<Record<string, object | "pending">> = {};
  /** The questions for the sessions, by their time. */
  readonly asked: number[] = [];
  readonly options: PlaybackOptions;

  constructor(options: Partial<PlaybackOptions> = {}) {
    const media = ["movie", "episode", "track"] as const;
    this.options = { player: "", user: "", media, settle: 2_000, progress: false, since: this.now, ...options };
  }

  /** The names of the events so far, with the session where there is more than one. */
  get names(): string[] {
    return this.events.map(({ event }) => event);
  }

  /** Takes the events so far. */
  take(): PlexEvent[] {
    return this.events.splice(0);
  }

  /** The stream is there, and has been for a second. */
  connect(): this {
    this.#step(onConnected(this.table, this.now));
    return this.#serve().pass(1_000);
  }

  lose(): this {
    this.#step(onLost(this.table, this.now));
    return this.#serve();
  }

  /** A frame of the stream with these fields. */
  notify(fields: object): this {
    const data = JSON.stringify({ PlaySessionStateNotification: playing(fields) });
    for (const entry of readFrame("playing", data).map(readEntry)) {
      if (entry.kind === "playing") this.#step(onPlaying(this.table, entry, this.now));
    }
    return this.#serve();
  }

  /** An answer of `/status/sessions` that was asked for at a moment. */
  list(sessions: readonly HomeSession[], askedAt = this.now): this {
    this.#takeList(sessions, askedAt);
    return this.#serve();
  }

  /** Lets time pass of which nobody is told, as when the process was busy. */
  miss(ms: number): this {
    this.now += ms;
    return this;
  }

  /** Lets time pass, with everything that it has to do. */
  pass(ms: number): this {
    const end = this.now + ms;
    for (let rounds = 0; ; rounds += 1) {
      if (rounds > 1_000) throw new Error("Something is due again and again.");
      const { sessionsAt, tickAt } = wants(this.table);
      const stopAt = releaseAt(this.hearing, awaited(this.table));
      const next = Math.min(sessionsAt ?? Infinity, tickAt ?? Infinity, stopAt);
      if (next > end) break;
      this.now = Math.max(this.now, next);
      this.#step(onTick(this.table, this.now));
      this.#serve();
    }
    this.now = end;
    this.#step({ table: this.table, reports: [] });
    return this;
  }

  #serve(): this {
    for (let rounds = 0; rounds < 10; rounds += 1) {
      const { sessionsAt, metadata } = wants(this.table);
      for (const ratingKey of metadata) this.#tellMetadata(ratingKey);
      // Questions have some time between them.
      if (sessionsAt === null || sessionsAt > this.now + 100) break;
      this.now = Math.max(this.now, sessionsAt);
      this.asked.push(this.now);
      if (this.sessions === "refused") this.#step(onNoSessions(this.table, true, this.now));
      else if (this.sessions === "failing") this.#step(onNoSessions(this.table, false, this.now));
      else this.#takeList(this.sessions, this.now);
    }
    return this;
  }

  #takeList(sessions: readonly HomeSession[], askedAt: number): void {
    const list = readSessionList({ MediaContainer: { size: sessions.length, Metadata: sessions.map(listed) } });
    this.#step(onSessions(this.table, list ?? [], askedAt, this.now));
  }

  #tellMetadata(ratingKey: string): void {
    const item = this.metadata[ratingKey];
    if (item === "pending") return;
    const document = { MediaContainer: { Metadata: item ? [item] : [] } };
    this.#step(onMetadata(this.table, ratingKey, readMetadata(document)));
  }

  #step({ table, reports }: Step): void {
    const [awaitedBefore, awaitedAfter] = [awaited(this.table), awaited(table)];
    this.table = table;
    const input = { reports, awaitedBefore, awaitedAfter, now: this.now };
    const { hearing, events } = listen(this.hearing, this.options, input);
    this.hearing = hearing;
    this.events.push(...events);
  }
}
