import { ignoreAbort, onAbort } from "../abort";
import { cancelled, PlexError } from "../errors";
import type { ProgressListener } from "../progress";

/** Who waits for a call. */
export interface Caller extends ProgressListener {
  readonly signal?: AbortSignal | undefined;
}

/** How far a call has come: what it tells goes to every caller. */
export interface Progress {
  readonly onProgress: NonNullable<ProgressListener["onProgress"]>;
  readonly onStateChange: NonNullable<ProgressListener["onStateChange"]>;
  /** Requests that failed or were answered until now. */
  attempts: number;
}

/** Makes the call. */
export type StartCall<T> = (signal: AbortSignal, progress: Progress) => Promise<T>;

interface Call<T> {
  readonly progress: Progress;
  readonly outcome: Promise<T>;
  readonly controller: AbortController;
  readonly callers: Set<Caller>;
}

/** The outcome of a call, frozen because others get it too, and whether an earlier caller had started it. */
export interface SharedResult<T> {
  readonly value: T;
  readonly shared: boolean;
}

/** What several callers get, and what is kept, nobody can change for the others. */
function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}

/** Each caller gets an error object of its own. */
function ownError(error: unknown): unknown {
  return error instanceof PlexError ? error.withAttempts(error.attempts) : error;
}

/** Calls under the same key share one call while it is in flight ("singleflight"). */
export class SharedCalls<T> {
  readonly #inFlight = new Map<string, Call<T>>();

  /**
   * Starts the call, or shares the one that is in flight under this key. It is aborted when its last caller has left.
   * @throws what the call throws, or PlexError `cancelled` when the own signal aborts
   */
  async run(key: string, start: StartCall<T>, caller: Caller = {}): Promise<SharedResult<T>> {
    if (caller.signal?.aborted) throw cancelled();
    const inFlight = this.#inFlight.get(key);
    const call = inFlight ?? this.#start(key, start);
    return { value: await this.#wait(key, call, { ...caller }), shared: inFlight !== undefined };
  }

  /** Aborts every call in flight: its callers get what the call makes of that. */
  close(): void {
    for (const { controller } of this.#inFlight.values()) controller.abort();
  }

  #start(key: string, start: StartCall<T>): Call<T> {
    const controller = new AbortController();
    const callers = new Set<Caller>();
    const progress: Progress = {
      attempts: 0,
      onProgress: (...figures) => {
        for (const { onProgress } of callers) onProgress?.(...figures);
      },
      onStateChange: (state) => {
        for (const { onStateChange } of callers) onStateChange?.(state);
      },
    };
    const call = { progress, outcome: start(controller.signal, progress).then(freeze), controller, callers };
    this.#inFlight.set(key, call);
    return call;
  }

  #wait(key: string, call: Call<T>, caller: Caller): Promise<T> {
    call.callers.add(caller);
    return new Promise((resolve, reject) => {
      const leave = () => {
        ignoreAbort(links);
        call.callers.delete(caller);
        if (call.callers.size === 0 && this.#inFlight.get(key) === call) this.#inFlight.delete(key);
      };
      const giveUp = () => {
        reject(cancelled().withAttempts(call.progress.attempts));
      };
      const abort = () => {
        leave();
        if (call.callers.size === 0) call.controller.abort();
        // Where all leave at once, the last one ends the call, and its end tells how many requests there were.
        queueMicrotask(() => {
          if (!call.controller.signal.aborted) giveUp();
        });
      };
      const links = onAbort(caller.signal ? [caller.signal] : [], { abort });
      call.outcome.then(
        (value) => {
          leave();
          if (caller.signal?.aborted) giveUp();
          else resolve(value);
        },
        (error: unknown) => {
          leave();
          reject(ownError(error));
        },
      );
    });
  }
}
