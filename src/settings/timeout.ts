import { readWholeNumber } from "./values";

/** Timeout for one attempt, in ms; 10000 where nothing is set. @throws PlexError `not-configured` when it is no such number */
export function readTimeout(value: unknown): number {
  return readWholeNumber(value, { label: "timeout", fallback: 10_000, min: 1 });
}
