import type { HttpClient } from "../http";
import { loadOnce } from "../load-once";
import { asPlexError } from "../own-fault";
import type { EventListener, ListenOptions } from "./listen-options";
import type { PlexEvents } from "./plex-events";

/** The events of a server. What follows them is loaded with the first listener: most flows only ask. */
export class EventsOnDemand {
  readonly #load: () => Promise<PlexEvents>;
  #events: PlexEvents | undefined;
  #isClosed = false;

  constructor(http: HttpClient) {
    this.#load = loadOnce(async () => {
      const { PlexEvents } = await import("./plex-events.js");
      this.#events = new PlexEvents(http);
      if (this.#isClosed) this.#events.close();
      return this.#events;
    });
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
