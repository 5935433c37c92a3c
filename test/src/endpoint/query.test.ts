import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { readQuery } from "../../../src/endpoint/query";
import { refusalOf } from "../../../testing/refusal";

const taken: readonly (readonly [unknown, string])[] = [
  [undefined, ""],
  [null, ""],
  [{}, ""],
  [{ query: "Alien 3" }, "query=Alien%203"],
  [{ query: "a+b" }, "query=a%2Bb"],
  [{ query: "it's #1 & 100%?" }, "query=it%27s%20%231%20%26%20100%25%3F"],
  [{ path: "C:\\Films\n" }, "path=C%3A%5CFilms%0A"],
  [{ query: "日本🎬" }, "query=%E6%97%A5%E6%9C%AC%F0%9F%8E%AC"],
  [{ query: "" }, "query="],
  [{ type: 1, offset: -0.5, zero: -0, big: 1e21 }, "type=1&offset=-0.5&zero=0&big=1e%2B21"],
  [{ unwatched: true, lock: false }, "unwatched=1&lock=0"],
  [{ id: [1, "b", true, null, undefined], none: [] }, "id=1&id=b&id=1"],
  [{ a: null, b: undefined, c: 1 }, "c=1"],
  [{ "genre[]": "x y", "type!": "=" }, "genre%5B%5D=x%20y&type!=%3D"],
  [{ url: "/photo?X-Plex-Token-is-here" }, "url=%2Fphoto%3FX-Plex-Token-is-here"],
  [Object.assign(Object.create(null) as object, { a: 1 }), "a=1"],
  [runInNewContext("({ a: [1, true], b: 'x' })") as unknown, "a=1&a=1&b=x"],
  [JSON.parse('{"__proto__": "x", "constructor": "y"}') as unknown, "__proto__=x&constructor=y"],
];

const notObject = /^The query is not an object\. Give names and values, such as \{"query": "Alien"\}\.$/;
const noValue = /^The query holds a value that no address can carry\./;
const token = /^The query holds an X-Plex-Token\. Leave it out/;
const halved = /^The query holds half of a character\./;
const unreadable = /^The query cannot be read\./;

const refused: readonly (readonly [unknown, RegExp])[] = [
  ["a=1", notObject],
  ["", notObject],
  [0, notObject],
  [true, notObject],
  [[["a", 1]], notObject],
  [new Date(0), notObject],
  [new Map([["a", 1]]), notObject],
  [new URLSearchParams("a=1"), notObject],
  [Buffer.from("a=1"), notObject],
  [() => 1, notObject],
  [Symbol("a"), notObject],
  [1n, notObject],
  [{ a: NaN }, noValue],
  [{ a: Infinity }, noValue],
  [{ a: -Infinity }, noValue],
  [{ a: 1n }, noValue],
  [{ a: {} }, noValue],
  [{ a: new Date(0) }, noValue],
  [{ a: Symbol("a") }, noValue],
  [{ a: () => 1 }, noValue],
  [{ a: [1, [2]] }, noValue],
  [{ a: [1, {}] }, noValue],
  [{ a: Object("text") as unknown }, noValue],
  [{ "X-Plex-Token": "abc" }, token],
  [{ "x-plex-tOKEN": null }, token],
  [{ "X%2DPlex%252DToken": "abc" }, token],
  [{ "a&X-Plex-Token": "abc" }, token],
  [{ a: "\ud800" }, halved],
  [{ a: ["b", "x\udc00"] }, halved],
  [{ "\ud800": 1 }, halved],
  [
    {
      get a() {
        throw new Error("secret");
      },
    },
    unreadable,
  ],
  [
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new TypeError("secret");
        },
      },
    ),
    unreadable,
  ],
  [
    new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new TypeError("secret");
        },
      },
    ),
    unreadable,
  ],
];

const revoked = Proxy.revocable({}, {});
revoked.revoke();

describe("readQuery", () => {
  for (const [query, expected] of taken) {
    it(`takes ${inspect(query)}`, () => {
      assert.equal(readQuery(query), expected);
    });
  }

  for (const [query, message] of refused) {
    it(`refuses ${inspect(query)}`, () => {
      const text = refusalOf(() => readQuery(query));
      assert.match(text, message);
      assert.doesNotMatch(text, /secret|abc/);
    });
  }

  it("refuses a proxy that is revoked", () => {
    assert.match(
      refusalOf(() => readQuery(revoked.proxy)),
      unreadable,
    );
  });

  it("yields what every reader of addresses reads back, without a plus", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 8 }).filter((name) => !/x-plex-token/i.test(name));
    const value = fc.oneof(text, fc.array(text, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.dictionary(text, value), (query) => {
        const encoded = readQuery(query);
        const pairs = Object.entries(query).flatMap(([name, values]) => [values].flat().map((each) => [name, each]));
        assert.deepEqual([...new URLSearchParams(encoded)], pairs);
        assert.doesNotMatch(encoded, /[^\x21-\x7e]|[+#']/);
        assert.equal(new URL(`http://192.168.1.10/a?${encoded}`).href, `http://192.168.1.10/a?${encoded}`);
      }),
    );
  });

  it("yields text or a documented refusal for anything", () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
    fc.assert(
      fc.property(fc.oneof(anything, fc.dictionary(fc.string({ unit: "binary" }), anything)), (query) => {
        let result: unknown;
        try {
          result = readQuery(query);
        } catch {
          refusalOf(() => readQuery(query));
          return;
        }
        assert.equal(typeof result, "string");
      }),
      { numRuns: 2000 },
    );
  });
});
