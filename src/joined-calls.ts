import { PlexError } from "./errors";
import { cancelled } from "./failures";

interface Call<T> {
  readonly outcome: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
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
  async run(key: string, start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<Joined<T>> {
    if (signal?.aborted) throw cancelled();
    const out = this.#out.get(key);
    const call = out ?? this.#start(key, start);
    return { value: await this.#wait(key, call, signal), joined: out !== undefined };
  }

  /** Aborts what is out: everybody who waits gets what the call makes of that. */
  close(): void {
    for (const { controller } of this.#out.values()) controller.abort();
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Call<T> {
    const controller = new AbortController();
    const call = { outcome: start(controller.signal), controller, waiting: 0 };
    this.#out.set(key, call);
    return call;
  }

  #wait(key: string, call: Call<T>, signal: AbortSignal | undefined): Promise<T> {
    call.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = (settle: () => void) => {
        signal?.removeEventListener("abort", cancel);
        call.waiting -= 1;
        if (call.waiting === 0 && this.#out.get(key) === call) this.#out.delete(key);
        settle();
      };
      const cancel = () => {
        leave(() => {
          if (call.waiting === 0) call.controller.abort();
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
