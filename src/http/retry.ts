import { ignoreAbort, isAborted, onAbort } from "../abort";
import { cancelled, type PlexError } from "../errors";
import { asPlexError } from "../own-fault";
import type { ProgressListener } from "../progress";
import type { Slots } from "./concurrency-limit";

/** The longest `Retry-After`, in seconds, that is waited for. */
export const maxRetryAfter = 30;

/** ms between the first two attempts; each next delay is twice as long, up to the longest. */
const minDelay = 250;
const maxDelay = 8_000;

/** How often to retry, and how to stop. */
export interface RetryOptions extends Pick<ProgressListener, "onStateChange"> {
  /** Further attempts after a failed one. */
  readonly retries: number;
  /** Each of them ends it with `cancelled`. */
  readonly signals: readonly AbortSignal[];
  /** Whether this error lets the request be sent again at all; any retryable one does unless given. */
  readonly mayRetry?: ((error: PlexError) => boolean) | undefined;
  /** Acquired for the first attempt already; released after each one, and acquired again for the next. */
  readonly slots: Pick<Slots, "acquire" | "release">;
}

/** ms of exponential backoff with jitter: half is fixed, half random, so that nodes which failed together spread out. */
function backoff(attempts: number): number {
  const delay = Math.min(minDelay * 2 ** (attempts - 1), maxDelay);
  return delay / 2 + (Math.random() * delay) / 2;
}

function wait(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  if (isAborted(signals)) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      ignoreAbort(links);
      reject(cancelled());
    };
    const links = onAbort(signals, { abort });
    const timer = setTimeout(() => {
      ignoreAbort(links);
      resolve();
    }, ms);
  });
}

/** ms to wait before the next attempt. @throws PlexError the error itself where another attempt does not help */
function delayAfter(error: PlexError, attempts: number, { retries, mayRetry }: RetryOptions): number {
  const { retryable, retryAfter = 0 } = error;
  const isHelpful = retryable && retryAfter <= maxRetryAfter && (mayRetry?.(error) ?? true);
  if (!isHelpful || attempts > retries) throw error;
  return retryAfter > 0 ? retryAfter * 1000 : backoff(attempts);
}

/** Acquires a slot again; where the time for that runs out, what the last attempt ended with says more of the server. */
async function acquireAfter(failure: PlexError, slots: RetryOptions["slots"]): Promise<void> {
  try {
    await slots.acquire();
  } catch (error) {
    throw asPlexError(error).code === "timeout" ? failure : error;
  }
}

/**
 * Runs an attempt until it succeeds, fails for good, or has been retried often enough. Only what another attempt may
 * cure is retried; a `Retry-After` is waited for when it is short and ends the attempts when it is long.
 * @throws PlexError whose `attempts` counts those that failed or were answered
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signals, slots, onStateChange } = options;
  let attempts = 0;
  try {
    for (;;) {
      let failure: PlexError;
      let delay: number;
      try {
        return await attempt();
      } catch (cause) {
        failure = asPlexError(cause);
        if (failure.code !== "cancelled") attempts += 1;
        delay = delayAfter(failure, attempts, options);
      } finally {
        slots.release();
      }
      onStateChange?.("retrying");
      await wait(delay, signals);
      onStateChange?.("asking");
      await acquireAfter(failure, slots);
    }
  } catch (error) {
    throw asPlexError(error).withAttempts(attempts);
  }
}
