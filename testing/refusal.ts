import assert from "node:assert/strict";
import { PlexError } from "../src/errors";

/** The message of the `invalid-input` error that a reader throws; anything else fails the test. */
export function refusalOf(read: () => unknown): string {
  try {
    const value = read();
    assert.fail(`was taken: ${String(value)}`);
  } catch (error) {
    assert.ok(error instanceof PlexError, String(error));
    const { code, attempts, retryable, hint, message } = error;
    assert.deepEqual({ code, attempts, retryable }, { code: "invalid-input", attempts: 0, retryable: false });
    assert.ok(hint.length > 10 && message.endsWith(hint), message);
    return message;
  }
}
