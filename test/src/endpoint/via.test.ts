import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { readVia } from "../../../src/endpoint/via";
import { PlexError } from "../../../src/errors";
import { refusalOf } from "../../../testing/refusal";

const first = { uri: "https://192-168-1-20.0123.plex.direct:32400", protocol: "https", address: "192.168.1.20" };
const second = { uri: "http://192.168.1.20:32400", protocol: "http", address: "192.168.1.20" };

const source = {
  source: "server://0123456789abcdef",
  name: "Friend",
  clientIdentifier: "0123456789abcdef",
  accessToken: "transient-0123",
  connections: [first, second],
};

const taken: readonly (readonly [string, object, string])[] = [
  ["the first connection", source, first.uri],
  ["the connection that was chosen", { ...source, connection: second }, second.uri],
  ["a choice alone", { ...source, connection: second, connections: undefined }, second.uri],
  ["no choice", { ...source, connection: null }, first.uri],
  ["what a flow has copied out", { accessToken: "transient-0123", connections: [{ uri: first.uri }] }, first.uri],
  ["a connection without uri", { ...source, connections: [{ ...second, uri: undefined, port: 32400 }] }, second.uri],
  // A parser would make .16 of it, and the token would go there.
  [
    "the next where the first could mean another machine",
    { ...source, connections: [{ uri: "http://192.168.1.020:32400" }, second] },
    second.uri,
  ],
  ["a choice that has answered", { ...source, connection: { uri: "http://127.1:32400" } }, "http://127.0.0.1:32400"],
  ["a base path", { ...source, connections: [{ uri: "https://example.org/plex/" }] }, "https://example.org/plex"],
  [
    "an address with more than an address in it",
    { ...source, connections: [{ uri: "https://user:pass@example.org:1/?a=1#b" }] },
    "https://example.org:1",
  ],
];

const noResult = /^What via points at is not a result of plex-source-connection\. Let a plex-source-connection node/;
const noToken = /^The source that via points at has no accessToken\. Ask plex-source-connection again/;
const throwing = {
  get accessToken() {
    throw new Error("secret");
  },
};

const refused: readonly (readonly [unknown, RegExp])[] = [
  [undefined, noResult],
  [null, noResult],
  ["server://0123", noResult],
  [1, noResult],
  [[source], noResult],
  [{}, noResult],
  [{ token: "transient-0123", type: "delegation", url: "http://192.168.1.10:32400" }, noResult],
  [() => source, noResult],
  [throwing, noResult],
  [{ ...source, connections: "http://192.168.1.20" }, noResult],
  [{ ...source, connections: "" }, noResult],
  [{ ...source, connections: { 0: first } }, noResult],
  [{ ...source, connections: "", connection: second }, noResult],
  [{ ...source, connections: ["http://192.168.1.20"] }, noResult],
  [{ ...source, connections: [null] }, noResult],
  [{ ...source, connections: [{}] }, noResult],
  [{ ...source, connections: [{ uri: "ftp://192.168.1.20" }] }, noResult],
  [{ ...source, connections: [{ uri: "http://192.168.1.20:0" }] }, noResult],
  [{ ...source, connection: "http://192.168.1.20" }, noResult],
  [{ ...source, connection: {} }, noResult],
  [{ ...source, accessToken: null }, noToken],
  [{ ...source, accessToken: undefined }, noToken],
  [{ ...source, accessToken: "" }, noToken],
  [{ ...source, accessToken: 1 }, noToken],
  [{ ...source, accessToken: "secret token" }, noToken],
  [{ ...source, accessToken: "secret\r\nX-Evil: 1" }, noToken],
  [{ connections: [] }, noToken],
];

describe("readVia", () => {
  for (const [name, value, url] of taken) {
    it(`takes ${name}`, () => {
      assert.deepEqual(readVia(value), { url, token: "transient-0123" });
    });
  }

  for (const [value, message] of refused) {
    it(`refuses ${inspect(value, { depth: 2, breakLength: Infinity }).slice(0, 120)}`, () => {
      const text = refusalOf(() => readVia(value));
      assert.match(text, message);
      assert.doesNotMatch(text, /secret|0123/);
    });
  }

  for (const connections of [[], undefined, null]) {
    it(`has no connection where connections is ${inspect(connections)}`, () => {
      assert.throws(
        () => readVia({ ...source, connections }),
        (error) => {
          assert.ok(error instanceof PlexError);
          const { code, attempts, message } = error;
          assert.deepEqual([code, attempts], ["no-connection", 0]);
          assert.match(message, /^This source has no connections\. .*refresh on\.$/);
          return true;
        },
      );
    });
  }

  it("yields an address and a token, or a documented refusal, for anything", () => {
    const names = ["accessToken", "connection", "connections", "uri", "address", "port", "protocol", "__proto__"];
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, fc.anything(), fc.constant(first.uri), tie("object"), fc.array(tie("any"))),
      object: fc.dictionary(fc.constantFrom(...names), tie("any")),
    }));
    let refusals = 0;
    fc.assert(
      fc.property(any, (value) => {
        try {
          const { url, token } = readVia(value);
          assert.match(url, /^https?:\/\/[^/@?#]+(?:\/[^?#]*)?$/);
          assert.match(token, /^[\x21-\x7e]+$/);
        } catch (error) {
          assert.ok(error instanceof PlexError, String(error));
          assert.ok(["invalid-input", "no-connection"].includes(error.code));
          refusals += 1;
        }
      }),
      { numRuns: 1000 },
    );
    assert.ok(refusals > 50);
  });
});
