import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { readRetryAfter } from "../../../src/http/retry-after";

const now = Date.parse("2026-01-01T00:00:00Z");

const cases: readonly (readonly [string | undefined, number | undefined])[] = [
  [undefined, undefined],
  ["", undefined],
  ["0", 0],
  ["2", 2],
  [" 7 ", 7],
  ["-5", undefined],
  ["1.5", undefined],
  ["soon", undefined],
  ["retry in 40", undefined],
  ["May", undefined],
  ["99999999999999999999999", Number.MAX_SAFE_INTEGER],
  ["Thu, 01 Jan 2026 00:00:20 GMT", 20],
  ["Thursday, 01-Jan-26 00:00:20 GMT", 20],
  ["Thu Jan  1 00:00:20 2026", 20],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
];

describe("readRetryAfter", () => {
  for (const [header, seconds] of cases) {
    it(`reads ${inspect(header)} as ${String(seconds)}`, () => {
      assert.equal(readRetryAfter(header, now), seconds);
    });
  }
});
