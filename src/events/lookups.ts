import { PlexError, type PlexErrorCode } from "../errors";
import type { HttpClient } from "../http";
import { type EventMedia, type ListedSession, readMetadata, readSections, readSessionList } from "./notifications";

/** The most items that are asked for at a time, so that a scan does not keep flows from the server. */
const mostItems = 4;

/** A session has some 20 KB in the list, and a large house has many. */
const bodyLimit = { size: 16 * 1024 * 1024 };

/** A server that answers so will not list its sessions: it is not for this token, or a proxy stands before it. */
const refusals: ReadonlySet<PlexErrorCode> = new Set(["unauthorized", "forbidden", "not-found"]);

/** Those who wait for answers. Times are of `performance.now()`. */
export interface LookupHandlers {
  readonly onSessions: (sessions: readonly ListedSession[] | "refused" | "failed", askedAt: number) => void;
  readonly onItem: (ratingKey: string, media: EventMedia | null) => void;
  readonly onTitles: (titles: ReadonlyMap<string, string> | null) => void;
}

/** Asks the server for what notifications do not tell, in the client's ordinary way: each thing once at a time. */
export class Lookups {
  readonly #http: HttpClient;
  readonly #handlers: LookupHandlers;
  readonly #inFlight = new Set<string>();
  readonly #items = new Set<string>();
  #stopping = new AbortController();

  constructor(http: HttpClient, handlers: LookupHandlers) {
    this.#http = http;
    this.#handlers = handlers;
  }

  /** Whether the sessions are being asked for. */
  get isAskingSessions(): boolean {
    return this.#inFlight.has("/status/sessions");
  }

  /** `/status/sessions`, which only the owner may read. */
  sessions(): void {
    const askedAt = performance.now();
    this.#ask("/status/sessions", readSessionList, (sessions, error) => {
      const refused = error instanceof PlexError && refusals.has(error.code);
      this.#handlers.onSessions(sessions ?? (refused ? "refused" : "failed"), askedAt);
    });
  }

  /** `/library/metadata/<ratingKey>` of as many as may be asked for now. */
  items(ratingKeys: readonly string[]): void {
    for (const ratingKey of ratingKeys) {
      if (this.#items.size >= mostItems) return;
      if (this.#items.has(ratingKey)) continue;
      this.#items.add(ratingKey);
      this.#ask(`/library/metadata/${encodeURIComponent(ratingKey)}`, readMetadata, (media) => {
        this.#items.delete(ratingKey);
        this.#handlers.onItem(ratingKey, media ?? null);
      });
    }
  }

  /** `/library/sections` */
  titles(): void {
    this.#ask("/library/sections", readSections, (titles) => {
      this.#handlers.onTitles(titles ?? null);
    });
  }

  /** Forgets what is being asked for. */
  stop(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    this.#inFlight.clear();
    this.#items.clear();
  }

  #ask<T>(path: string, read: (document: unknown) => T, done: (value: T | undefined, error?: unknown) => void): void {
    if (this.#inFlight.has(path)) return;
    this.#inFlight.add(path);
    const { signal } = this.#stopping;
    const settle = (value: T | undefined, error?: unknown) => {
      if (signal.aborted) return;
      this.#inFlight.delete(path);
      done(value, error);
    };
    this.#http.request({ path, methods: ["GET"], read, bodyLimit, signal }).then(
      ({ value }) => {
        settle(value);
      },
      (error: unknown) => {
        settle(undefined, error);
      },
    );
  }
}
