import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { PlexError } from "../../../src/errors";
import { isClaimToken, isJwt, isTransient, readToken } from "../../../src/settings/token";
import { pastedTokens, refusedTokens } from "../../../testing/forms/pasted";

const taken: readonly (readonly [string, string])[] = [
  ...pastedTokens,
  ["transient-90904684-f91a-4391-8bf7-e0dfa7240285", "transient-90904684-f91a-4391-8bf7-e0dfa7240285"],
];

/** The sentence of the run time for each that the form has. */
const sentences: Readonly<Record<string, RegExp>> = {
  "token-missing": /^There is no token\./,
  "token-claim": /is a claim token, which only links a new server to an account/,
  "token-characters": /holds a space or another character/,
};

const refused: readonly (readonly [unknown, RegExp])[] = [
  ...refusedTokens.map(([text, key]) => [text, sentences[key]!] as const),
  [undefined, sentences["token-missing"]!],
  ["${PLEX_TOKEN}", /environment variable "PLEX_TOKEN", which is not set/],
  ...['"${PLEX_TOKEN}"', "pre-${PLEX_TOKEN}", " ${PLEX_TOKEN}", "${PLEX_TOKEN}${B}", "X-Plex-Token=${PLEX_TOKEN}"].map(
    (text) => [text, /"PLEX_TOKEN", which Node-RED only replaces where it is the whole of the setting/] as const,
  ),
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

  it("knows a claim token in what it was pasted with", () => {
    assert.deepEqual(['"claim-abc"', '-H "X-Plex-Token: claim-abc"', "abc", 5].map(isClaimToken), [
      true,
      true,
      false,
      false,
    ]);
  });

  it("knows a JWT by its form", () => {
    const jwt = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJwbGV4In0.c2ln-_";
    assert.deepEqual([jwt, `${jwt}.x`, "eyJhbGci", "abc.def.ghi", "transient-1"].map(isJwt), [
      true,
      false,
      false,
      false,
      false,
    ]);
    assert.equal(readToken(jwt), jwt);
  });

  it("knows a transient token by its prefix", () => {
    assert.equal(isTransient("transient-1"), true);
    assert.equal(isTransient("abc"), false);
  });
});
