import type { PlexError } from "../../errors";

interface Delays {
  readonly minDelay: number;
  readonly maxDelay: number;
  readonly helplessDelay: number;
}

/**
 * ms before a stream is opened again: exponential backoff of which half is left to chance, so that all who lost a server
 * do not come back together; a server that asks for more time gets it, within reason.
 * @param failures how often in a row it failed before
 * @param isHelpless whether waiting does not help, so that it is tried now and then only
 */
export function reconnectDelay(error: PlexError, failures: number, isHelpless: boolean, delays: Delays): number {
  const { minDelay, maxDelay, helplessDelay } = delays;
  if (isHelpless) return helplessDelay;
  const delay = Math.min(minDelay * 2 ** Math.min(failures, 30), maxDelay);
  const asked = Math.min((error.retryAfter ?? 0) * 1000, helplessDelay);
  return Math.max(delay / 2 + (Math.random() * delay) / 2, asked);
}
