import { setTimeout as sleep } from "node:timers/promises";
import { PlexError } from "./errors";
import { cancelled } from "./failures";
import type { Release } from "./turns";

/** Longest `Retry-After`, in seconds, that is waited for. */
export const longestRetryAfter = 30;

/** The first pause between attempts in ms; each next one is twice as long, up to the last. */
const firstPause = 250;
const lastPause = 8_000;

/** How often to try, and how to stop. */
export interface AttemptOptions {
  /** Further attempts after a failed one. */
  readonly retries: number;
  readonly signal?: AbortSignal | undefined;
  /** Waits until the next attempt may go out; what it returns is called when the attempt is over. */
  readonly takeTurn: () => Promise<Release>;
}

/** Half of the pause is fixed and half left to chance, so that nodes which failed together do not return together. */
function backoff(attempts: number): number {
  const pause = Math.min(firstPause * 2 ** (attempts - 1), lastPause);
  return pause / 2 + (Math.random() * pause) / 2;
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
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

/** Runs what may throw, and lets a PlexError leave with the number of attempts that were made. */
async function counting<T>(attempts: number, run: () => Promise<T>): Promise<T> {
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
export async function withRetries<T>(attempt: () => Promise<T>, options: AttemptOptions): Promise<T> {
  const { retries, signal, takeTurn } = options;
  for (let attempts = 0; ;) {
    const release = await counting(attempts, takeTurn);
    let wait: number;
    try {
      return await attempt();
    } catch (cause) {
      const error = asPlexError(cause);
      if (error.code !== "cancelled") attempts += 1;
      const { retryable, retryAfter = 0 } = error;
      if (!retryable || attempts > retries || retryAfter > longestRetryAfter) throw error.withAttempts(attempts);
      wait = retryAfter > 0 ? retryAfter * 1000 : backoff(attempts);
    } finally {
      release();
    }
    await counting(attempts, () => pause(wait, signal));
  }
}
