import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { PlexError } from "../../../src/errors";
import { isTransient, readToken } from "../../../src/settings/token";

const taken: readonly (readonly [string, string])[] = [
  ["abcDEF123_-", "abcDEF123_-"],
  ["  abc\n", "abc"],
  ["X-Plex-Token=abc", "abc"],
  ["x-plex-token: abc", "abc"],
  ["?X-Plex-Token=abc&X-Plex-Language=en", "abc"],
  ["https://host:32400/library/metadata/1?checkFiles=1&X-Plex-Token=abc#x", "abc"],
  ["transient-90904684-f91a-4391-8bf7-e0dfa7240285", "transient-90904684-f91a-4391-8bf7-e0dfa7240285"],
];

const refused: readonly (readonly [unknown, RegExp])[] = [
  ["", /^There is no token\./],
  [undefined, /^There is no token\./],
  ["X-Plex-Token=", /^There is no token\./],
  ["claim-abcdefghijklmnopqrst", /is a claim token, which only links a new server to an account/],
  ["ab\u00e9c", /holds a space or another character/],
  ["ab c", /holds a space or another character/],
  ["ab\r\nX-Evil: 1", /holds a space or another character/],
  ["ab\u0000c", /holds a space or another character/],
  ["${PLEX_TOKEN}", /environment variable "PLEX_TOKEN", which is not set/],
];

describe("readToken", () => {
  for (const [text, token] of taken) {
    it(`takes ${JSON.stringify(text)}`, () => {
      assert.equal(readToken(text), token);
    });
  }

  for (const [value, message] of refused) {
    it(`refuses ${inspect(value)}`, () => {
      assert.throws(
        () => readToken(value),
        (error) => error instanceof PlexError && error.code === "not-configured" && message.test(error.message),
      );
    });
  }

  it("knows a transient token by its prefix", () => {
    assert.equal(isTransient("transient-1"), true);
    assert.equal(isTransient("abc"), false);
  });
});
