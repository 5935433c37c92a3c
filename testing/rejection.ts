import assert from "node:assert/strict";
import { PlexError } from "../src/errors";

/** The PlexError that a promise rejects with; anything else fails the test. */
export async function rejectionOf(promise: PromiseLike<unknown> | (() => void)): Promise<PlexError> {
  const outcome: unknown = await Promise.resolve(promise).then(
    () => new Error("did not reject"),
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof PlexError, String(outcome));
  return outcome;
}
