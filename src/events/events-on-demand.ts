import type { HttpClient } from "../http";
import { asPlexError } from "../own-fault";
import type { EventListener, ListenOptions } from "./listen-options";
import type { PlexEvents } from "./plex-events";

/** The events of a server. What follows them is loaded with the first listener: most flows only ask. */
export class EventsOnDemand {
  readonly #http: HttpClient;
  #events: PlexEvents | undefined;
  #loading: Promise<PlexEvents> | undefined;
  #isClosed = false;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** How often the stream was lost, 0 while nobody listens. */
  get streamsLost(): number {
    return this.#events?.streamsLost ?? 0;
  }

  /** Adds a listener, as {@link PlexEvents.listen} does. Where loading fails, it is told of an outage that does not end. */
  listen(options: ListenOptions, listener: EventListener): () => void {
    if (this.#events) return this.#events.listen(options, listener);
    let stop: (() => void) | undefined;
    let isStopped = false;
    this.#load()
      .then((events) => {
        if (!isStopped) stop = events.listen(options, listener);
      })
      .catch((thrown: unknown) => {
        if (!isStopped && !this.#isClosed) tellFailure(listener, thrown);
      });
    return () => {
      isStopped = true;
      stop?.();
    };
  }

  /** Ends everything. Nobody is told anything any more. */
  close(): void {
    this.#isClosed = true;
    this.#events?.close();
  }

  async #load(): Promise<PlexEvents> {
    this.#loading ??= import("./plex-events.js").then(({ PlexEvents }) => new PlexEvents(this.#http));
    this.#events = await this.#loading;
    if (this.#isClosed) this.#events.close();
    return this.#events;
  }
}

/** What a listener throws is its own affair, as it is later. */
function tellFailure(listener: EventListener, thrown: unknown): void {
  const outage = { since: Date.now(), error: asPlexError(thrown) };
  try {
    listener.onStatus({ state: "failed", ...outage });
    listener.onChange({ connected: false, ...outage });
  } catch {
    // Nobody else is told of it here.
  }
}
