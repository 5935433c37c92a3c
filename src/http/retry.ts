import { setTimeout as sleep } from "node:timers/promises";
import { cancelled, PlexError } from "../errors";
import type { Release } from "./concurrency-limit";

/** The longest `Retry-After`, in seconds, that is waited for. */
export const maxRetryAfter = 30;

/** ms between the first two attempts; each next delay is twice as long, up to the longest. */
const minDelay = 250;
const maxDelay = 8_000;

/** How often to retry, and how to stop. */
export interface RetryOptions {
  /** Further attempts after a failed one. */
  readonly retries: number;
  readonly signal?: AbortSignal | undefined;
  /** Acquires a slot for the next attempt; what it returns is called when the attempt is over. */
  readonly acquire: () => Promise<Release>;
}

/** ms of exponential backoff with jitter: half is fixed, half random, so that nodes which failed together spread out. */
function backoff(attempts: number): number {
  const delay = Math.min(minDelay * 2 ** (attempts - 1), maxDelay);
  return delay / 2 + (Math.random() * delay) / 2;
}

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch {
    throw cancelled();
  }
}

function asPlexError(error: unknown): PlexError {
  if (error instanceof PlexError) return error;
  return new PlexError({
    code: "invalid-response",
    what: "The answer could not be worked with, for a reason that this program did not foresee.",
    hint: "Report it to the project with the version of your Plex Media Server.",
  });
}

/** Runs a step; what it throws becomes a PlexError with the number of attempts that were made. */
async function withAttempts<T>(attempts: number, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw asPlexError(error).withAttempts(attempts);
  }
}

/**
 * Runs an attempt until it succeeds, fails for good, or has been retried often enough. Only what another attempt may
 * cure is retried; a `Retry-After` is waited for when it is short and ends the attempts when it is long.
 * @throws PlexError whose `attempts` counts those that failed or were answered
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries, signal, acquire } = options;
  for (let attempts = 0; ;) {
    const release = await withAttempts(attempts, acquire);
    let delay: number;
    try {
      return await attempt();
    } catch (cause) {
      const error = asPlexError(cause);
      if (error.code !== "cancelled") attempts += 1;
      const { retryable, retryAfter = 0 } = error;
      if (!retryable || attempts > retries || retryAfter > maxRetryAfter) throw error.withAttempts(attempts);
      delay = retryAfter > 0 ? retryAfter * 1000 : backoff(attempts);
    } finally {
      release();
    }
    await withAttempts(attempts, () => wait(delay, signal));
  }
}
