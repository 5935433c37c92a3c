import type { EventListener, EventsTiming, ListenOptions, PlexEvent } from "../../src/events";
import { PlexEvents } from "../../src/events/plex-events";
import type { ConnectionChange, ConnectionStatus } from "../../src/events";
import { HttpClient, identityHeaders, type TlsOptions } from "../../src/http";

/** Times that tests can wait for. */
export const quickly: EventsTiming = {
  silence: 2_000,
  gather: 5,
  settled: 60,
  minDelay: 40,
  maxDelay: 200,
  helplessDelay: 300,
};

/** Playback of anything, with a short settling time. */
export const playback: ListenOptions = {
  listen: "playback",
  player: "",
  user: "",
  media: ["movie", "episode", "track"],
  settle: 80,
  progress: false,
};

/** Where to listen, and how. */
export interface Target {
  readonly url: string;
  readonly token: string;
  readonly timeout?: number;
  readonly tls?: TlsOptions;
  readonly proxy?: string;
}

/** The events of a server, with the HTTP client that they use. */
export function eventsOf(target: Target, timing: Partial<EventsTiming> = {}) {
  const headers = identityHeaders({ clientIdentifier: "0123456789abcdef" });
  const http = new HttpClient({ timeout: 5_000, retries: 0, proxy: "", ...target, headers });
  const events = new PlexEvents(http, { ...quickly, ...timing });
  const close = () => {
    events.close();
    http.close();
  };
  return { http, events, close };
}

/** Keeps all that it is told. */
export class Ear implements EventListener {
  readonly heard: { readonly topic: string; readonly payload: PlexEvent }[] = [];
  readonly changes: ConnectionChange[] = [];
  readonly statuses: ConnectionStatus[] = [];
  readonly stop: () => void;
  #told: () => void = () => undefined;

  constructor(source: Pick<PlexEvents, "listen">, options: Partial<ListenOptions> = {}) {
    this.stop = source.listen({ ...playback, ...options }, this);
  }

  get topics(): string[] {
    return this.heard.map(({ topic }) => topic);
  }

  /** The outages so far by their codes, and "back" for their ends. */
  get outages(): string[] {
    return this.changes.map((change) => (change.connected ? "back" : change.error.code));
  }

  /** The states so far, each once in a row. */
  get states(): string[] {
    return this.statuses.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);
  }

  readonly onEvent: EventListener["onEvent"] = (topic, payload) => {
    this.heard.push({ topic, payload: payload as PlexEvent });
    this.#told();
  };

  readonly onChange: EventListener["onChange"] = (change) => {
    this.changes.push(change);
    this.#told();
  };

  readonly onStatus: EventListener["onStatus"] = (status) => {
    this.statuses.push(status);
    this.#told();
  };

  /** Waits until something holds; what it was told by then stands in the error where that takes too long. */
  async until(holds: () => boolean, what = "what was waited for"): Promise<void> {
    const end = performance.now() + 8_000;
    while (!holds()) {
      const told = JSON.stringify([this.topics, this.states, this.changes]);
      if (performance.now() > end) throw new Error(`${what} did not come: ${told}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20);
        this.#told = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Waits until the stream is there. */
  async connected(): Promise<void> {
    await this.until(() => this.statuses.at(-1)?.state === "connected", "a connection");
  }

  /** Waits for so many events. */
  async hears(count: number): Promise<string[]> {
    await this.until(() => this.heard.length >= count, `event ${count}`);
    return this.topics;
  }
}
