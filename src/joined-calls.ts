import { PlexError } from "./errors";
import { cancelled } from "./failures";

/** Told how far a call has come. */
export type OnProgress = (done: number, total: number) => void;

/** One of those who wait for a call. */
export interface Waiter {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Makes a call, which tells everybody who waits how far it has come. */
export type StartCall<T> = (signal: AbortSignal, onProgress: OnProgress) => Promise<T>;

interface Call<T> {
  readonly outcome: Promise<T>;
  readonly controller: AbortController;
  readonly waiting: Set<Waiter>;
}

/** What a joined call yields, and whether it was out already. */
export interface Joined<T> {
  readonly value: T;
  readonly joined: boolean;
}

/** What one call throws for all: an object for each, as if each had made the call alone. */
function ownError(error: unknown): unknown {
  return error instanceof PlexError ? error.withAttempts(error.attempts) : error;
}

/** Lets calls for the same thing that arrive while one is out share its outcome. */
export class JoinedCalls<T> {
  readonly #out = new Map<string, Call<T>>();

  /**
   * Starts the call, or joins the one that is out under this key. It is aborted when the last of those who wait for it
   * has left.
   * @throws what the call throws, or PlexError `cancelled` when the own signal aborts
   */
  async run(key: string, start: StartCall<T>, waiter: Waiter = {}): Promise<Joined<T>> {
    if (waiter.signal?.aborted) throw cancelled();
    const out = this.#out.get(key);
    const call = out ?? this.#start(key, start);
    return { value: await this.#wait(key, call, { ...waiter }), joined: out !== undefined };
  }

  /** Aborts what is out: everybody who waits gets what the call makes of that. */
  close(): void {
    for (const { controller } of this.#out.values()) controller.abort();
  }

  #start(key: string, start: StartCall<T>): Call<T> {
    const controller = new AbortController();
    const waiting = new Set<Waiter>();
    const tell: OnProgress = (...figures) => {
      for (const { onProgress } of waiting) onProgress?.(...figures);
    };
    const call = { outcome: start(controller.signal, tell), controller, waiting };
    this.#out.set(key, call);
    return call;
  }

  #wait(key: string, call: Call<T>, waiter: Waiter): Promise<T> {
    const { signal } = waiter;
    call.waiting.add(waiter);
    return new Promise((resolve, reject) => {
      const leave = (settle: () => void) => {
        signal?.removeEventListener("abort", cancel);
        call.waiting.delete(waiter);
        if (call.waiting.size === 0 && this.#out.get(key) === call) this.#out.delete(key);
        settle();
      };
      const cancel = () => {
        leave(() => {
          if (call.waiting.size === 0) call.controller.abort();
          reject(cancelled());
        });
      };
      signal?.addEventListener("abort", cancel);
      call.outcome.then(
        (value) => {
          if (!signal?.aborted)
            leave(() => {
              resolve(value);
            });
        },
        (error: unknown) => {
          if (!signal?.aborted)
            leave(() => {
              reject(ownError(error));
            });
        },
      );
    });
  }
}
