import type { PlexError, PlexErrorCode } from "../../errors";
import type { OnFrame } from "./frame-reader";
import { reconnectDelay } from "./reconnect-delay";

/** How the stream is. `failed`: as long as nobody changes something, trying again will not help. Times are epoch ms. */
export type ConnectionStatus =
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly since: number }
  | { readonly state: "reconnecting" | "failed"; readonly since: number; readonly error: PlexError };

/** What is told once per outage: that it began, and that it is over. `since` is epoch ms. */
export type ConnectionChange =
  | { readonly connected: false; readonly since: number; readonly error: PlexError }
  | { readonly connected: true; readonly since: number };

/** Opens the stream once; rejects when it has ended. */
export type OpenStream = (handlers: {
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
  readonly onFrame: OnFrame;
}) => Promise<never>;

/** Those who are told. None of them may throw. */
export interface StreamHandlers {
  readonly onFrame: OnFrame;
  /** The stream is there: what happens from now on is heard of. */
  readonly onOpen: () => void;
  /** It is not any more; `reopening`: only because it is opened anew, for other types. */
  readonly onLost: (reopening: boolean) => void;
  readonly onStatus: (status: ConnectionStatus) => void;
  /** Told of an outage at each attempt that fails, with what was told first, and of its end. */
  readonly onChange: (change: ConnectionChange) => void;
}

/** The times of a stream in ms. */
export interface StreamTiming {
  /** A stream that has been open for so long is there, although no event came. */
  readonly settled: number;
  /** The first delay before it is opened again, doubled each time, up to the longest; and where waiting does not help. */
  readonly minDelay: number;
  readonly maxDelay: number;
  readonly helplessDelay: number;
}

/** Where waiting does not help. */
const helpless: ReadonlySet<PlexErrorCode> = new Set(["unauthorized", "forbidden", "tls", "redirected", "not-found"]);

/** Keeps a stream open for ever: opens it again whenever it ends, and tells of each outage once. */
export class ReconnectingStream {
  readonly #open: OpenStream;
  readonly #handlers: StreamHandlers;
  readonly #timing: StreamTiming;
  readonly #closing = new AbortController();
  #attempt = new AbortController();
  #status: ConnectionStatus = { state: "connecting" };
  /** The outage that has been told. */
  #outage: (ConnectionChange & { readonly connected: false }) | undefined;
  #isOpen = false;
  #isConnected = false;
  #failures = 0;
  #wake: () => void = () => undefined;

  constructor(open: OpenStream, handlers: StreamHandlers, timing: StreamTiming) {
    this.#open = open;
    this.#handlers = handlers;
    this.#timing = timing;
  }

  /** Whether it is there. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** The outage that goes on. */
  get outage(): (ConnectionChange & { readonly connected: false }) | undefined {
    return this.#outage;
  }

  /** Opens it, and keeps it open until `close`. */
  start(): void {
    void this.#run();
  }

  /** Opens it anew, which is no outage. While it is waited for anyhow, nothing has to be done. */
  reopen(): void {
    this.#attempt.abort();
  }

  /** Ends it. Nobody is told anything any more. */
  close(): void {
    this.#closing.abort();
    this.#attempt.abort();
    this.#wake();
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed()) {
      this.#attempt = new AbortController();
      const { signal } = this.#attempt;
      const error = await this.#read(signal);
      if (this.#isClosed()) return;
      this.#end(signal.aborted);
      if (!signal.aborted) await this.#fail(error);
    }
  }

  /** One stream, from its opening to its end. */
  async #read(signal: AbortSignal): Promise<PlexError> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await this.#open({
        signal,
        onOpen: () => {
          if (signal.aborted) return;
          // After an outage, its end is told before anything that is found out then.
          if (!this.#outage) this.#begin();
          timer = setTimeout(() => {
            this.#connect(signal);
          }, this.#timing.settled);
        },
        onFrame: (event, data) => {
          if (signal.aborted) return;
          // A ping is no event: a server that sends one and ends, again and again, is one outage and not one after the other.
          if (event !== "ping") this.#connect(signal);
          this.#handlers.onFrame(event, data);
        },
      });
    } catch (error) {
      return error as PlexError;
    } finally {
      clearTimeout(timer);
    }
  }

  #connect(signal: AbortSignal): void {
    if (this.#isConnected || signal.aborted) return;
    this.#isConnected = true;
    this.#failures = 0;
    const since = Date.now();
    const wasOut = this.#outage !== undefined;
    this.#outage = undefined;
    this.#tell({ state: "connected", since });
    if (wasOut) this.#handlers.onChange({ connected: true, since });
    this.#begin();
  }

  #begin(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#handlers.onOpen();
  }

  #end(reopening: boolean): void {
    this.#isConnected = false;
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#handlers.onLost(reopening);
  }

  async #fail(error: PlexError): Promise<void> {
    const { since } = (this.#outage ??= { connected: false, since: Date.now(), error });
    const isHelpless = helpless.has(error.code);
    this.#tell({ state: isHelpless ? "failed" : "reconnecting", since, error });
    this.#handlers.onChange(this.#outage);
    const delay = reconnectDelay(error, this.#failures, isHelpless, this.#timing);
    this.#failures += 1;
    await this.#sleep(delay);
  }

  #tell(status: ConnectionStatus): void {
    this.#status = status;
    this.#handlers.onStatus(status);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed()) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
