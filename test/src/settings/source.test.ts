import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { PlexError } from "../../../src/errors";
import { readSource } from "../../../src/settings/source";

const taken = [
  "server://243b471948ace337a8f92f129ec97d1902fcb1df",
  "server://a0b1c2d3-0000-1111-2222-333344445555",
  "provider://tv.plex.provider.vod",
  "provider://tv.plex.providers.epg.cloud:2",
];

const refused: readonly (readonly [unknown, RegExp])[] = [
  [undefined, /^There is no source\./],
  [null, /^There is no source\./],
  ["", /^There is no source\./],
  [42, /of type number, not text/],
  [{}, /of type object, not text/],
  ["243b471948ace337a8f92f129ec97d1902fcb1df", /bare identifier\. Put server:\/\/ before it/],
  ["tv.plex.provider.vod", /bare provider identifier\. Put provider:\/\/ before it/],
  ["http://192.168.1.10:32400", /is a web address.*\/identity/],
  ["server://abc/com.plexapp.plugins.library", /goes on behind its identifier/],
  ["server://abc/", /goes on behind its identifier/],
  ["server://", /neither server:\/\/… nor provider:\/\//],
  ["library://abc", /neither server:\/\/… nor provider:\/\//],
  ["server://abc?refresh=1", /neither server:\/\/… nor provider:\/\//],
  ["server://a b", /neither server:\/\/… nor provider:\/\//],
  ["server://abc\r\nX-Evil: 1", /neither server:\/\/… nor provider:\/\//],
  [`server://${"a".repeat(1000)}`, /neither server:\/\/… nor provider:\/\//],
];

describe("readSource", () => {
  for (const source of taken) {
    it(`takes ${source}`, () => {
      assert.equal(readSource(` ${source}\n`), source);
    });
  }

  for (const [value, message] of refused) {
    it(`refuses ${inspect(value).slice(0, 60)}`, () => {
      assert.throws(
        () => readSource(value),
        (error) => error instanceof PlexError && error.code === "invalid-input" && message.test(error.message),
      );
    });
  }
});
