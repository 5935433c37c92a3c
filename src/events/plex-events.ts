import type { HttpClient } from "../http";
import { Feeds } from "./feeds";
import { type EventListener, filtersOf, hasAll, type ListenOptions, neededTypes } from "./listen-options";
import { isWanted, type Notification, readFrame } from "./notifications";
import {
  type ConnectionChange,
  type ConnectionStatus,
  readNotifications,
  ReconnectingStream,
  type StreamTiming,
} from "./stream";

/** The times of events in ms. */
export interface EventsTiming extends StreamTiming {
  /** Without a byte for so long, the stream counts as gone; the head of its answer may take as long. */
  readonly silence: number;
  /** For so long, more listeners may come before the stream is opened. */
  readonly gather: number;
}

const defaultTiming: EventsTiming = {
  silence: 45_000,
  gather: 50,
  settled: 1_000,
  minDelay: 1_000,
  maxDelay: 60_000,
  helplessDelay: 300_000,
};

interface Subscription {
  readonly options: ListenOptions;
  readonly listener: EventListener;
  readonly unsubscribe: () => void;
  /** Whether it has been told of the outage that goes on. */
  isOut: boolean;
}

/** Calls a listener, which may not keep the others from hearing. */
function tell(call: () => void): void {
  try {
    call();
  } catch {
    // It is the listener's own affair.
  }
}

/**
 * What happens on a server, for any number of listeners: one stream, one table of sessions, one library. The stream is
 * opened with the first listener and closed with the last, and opened again for ever when it is lost.
 */
export class PlexEvents {
  readonly #http: HttpClient;
  readonly #timing: EventsTiming;
  readonly #subscriptions = new Set<Subscription>();
  readonly #feeds: Feeds;
  #stream: ReconnectingStream | undefined;
  /** The types that the stream was opened for; null for all. */
  #types: ReadonlySet<string> | null = new Set();
  /** The types that are needed now. */
  #needed: ReadonlySet<string> | null = new Set();
  #gathering: NodeJS.Timeout | undefined;
  #streamsLost = 0;
  #isClosed = false;

  /** @param timing other times than the ordinary ones */
  constructor(http: HttpClient, timing: Partial<EventsTiming> = {}) {
    this.#http = http;
    this.#timing = { ...defaultTiming, ...timing };
    this.#feeds = new Feeds(http);
  }

  /** How often the stream was lost: each time the server may have restarted, and with that forgotten its tokens. */
  get streamsLost(): number {
    return this.#streamsLost;
  }

  /**
   * Adds a listener. It is told its status at once, and everything else later.
   * @returns a function that removes it
   */
  listen(options: ListenOptions, listener: EventListener): () => void {
    if (this.#isClosed) return () => undefined;
    const subscription = { options, listener, unsubscribe: this.#subscribe(options, listener), isOut: false };
    this.#subscriptions.add(subscription);
    this.#needed = neededTypes(this.#subscriptions);
    this.#gathering ??= setTimeout(this.#gather, this.#timing.gather);
    tell(() => {
      listener.onStatus(this.#stream?.status ?? { state: "connecting" });
    });
    return () => {
      this.#remove(subscription);
    };
  }

  /** Ends everything. Nobody is told anything any more. */
  close(): void {
    this.#isClosed = true;
    for (const subscription of [...this.#subscriptions]) this.#remove(subscription);
  }

  #subscribe(options: ListenOptions, { onEvent }: EventListener): () => void {
    if (options.listen === "all") return () => undefined;
    return this.#feeds.subscribe(options, this.#stream?.isOpen ?? false, (event) => {
      tell(() => {
        onEvent(event.event, event);
      });
    });
  }

  #remove(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription)) return;
    subscription.unsubscribe();
    this.#needed = neededTypes(this.#subscriptions);
    if (this.#subscriptions.size > 0) return;
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#stream?.close();
    this.#stream = undefined;
    this.#feeds.stop();
  }

  /** Opens the stream for all who have come, or opens it again for those who need more. */
  readonly #gather = () => {
    this.#gathering = undefined;
    const isOpen = this.#stream !== undefined;
    const hasEnough = isOpen && hasAll(this.#types, this.#needed);
    if (!hasEnough) this.#types = this.#needed;
    if (!isOpen) this.#open();
    else if (!hasEnough) this.#stream?.reopen();
    const outage = this.#stream?.outage;
    if (outage) this.#change(outage);
  };

  #open(): void {
    const { silence } = this.#timing;
    this.#stream = new ReconnectingStream(
      (handlers) => readNotifications(this.#http, { filters: filtersOf(this.#types), silence, ...handlers }),
      {
        onFrame: this.#onFrame,
        onOpen: () => {
          this.#feeds.connected();
        },
        onLost: (reopening) => {
          if (!reopening) this.#streamsLost += 1;
          this.#feeds.lost();
        },
        onStatus: this.#tellStatus,
        onChange: this.#change,
      },
      this.#timing,
    );
    this.#stream.start();
  }

  readonly #tellStatus = (status: ConnectionStatus) => {
    for (const { listener } of this.#subscriptions) {
      tell(() => {
        listener.onStatus(status);
      });
    }
  };

  /** Tells of an outage those who have not heard of it, and of its end those who have. */
  readonly #change = (change: ConnectionChange) => {
    for (const subscription of this.#subscriptions) {
      if (subscription.isOut === !change.connected) continue;
      subscription.isOut = !change.connected;
      tell(() => {
        subscription.listener.onChange(change);
      });
    }
  };

  readonly #onFrame = (event: string | undefined, data: string) => {
    if (!isWanted(event, this.#needed)) return;
    for (const notification of readFrame(event, data)) {
      this.#feeds.notified(notification);
      if (this.#needed === null) this.#tellAll(notification);
    }
    this.#feeds.goOn();
  };

  /** Hands a notification on as it came to those who want all of them. */
  #tellAll({ type, entry }: Notification): void {
    for (const { options, listener } of this.#subscriptions) {
      if (options.listen !== "all") continue;
      tell(() => {
        listener.onEvent(type, structuredClone(entry));
      });
    }
  }
}
