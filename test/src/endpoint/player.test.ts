import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { queryNames, withCommandId, withQuery } from "../../../src/endpoint/address";
import { CommandIds, readPlayer } from "../../../src/endpoint/player";
import { refusalOf } from "../../../testing/refusal";

const none = /^There is no player\. Give the machine identifier of one/;
const noIdentifier = /^The player is not a machine identifier\. Give the machineIdentifier that the server lists/;

const refused: readonly (readonly [unknown, RegExp])[] = [
  [undefined, none],
  [null, none],
  ["", none],
  ["  \n", none],
  [42, /^The player is of type number, not text\./],
  [{ id: "a" }, /^The player is of type object, not text\./],
  ["Living room", noIdentifier],
  ["abc\r\nX-Evil: 1", noIdentifier],
  ["abc\u0000", noIdentifier],
  ["Küche", noIdentifier],
  ["a".repeat(257), noIdentifier],
];

describe("readPlayer", () => {
  for (const player of ["0123456789abcdef-com-plexapp-android", "a".repeat(256), "x/y:z"]) {
    it(`takes ${player.slice(0, 40)}`, () => {
      assert.equal(readPlayer(` ${player} `), player);
    });
  }

  for (const [value, message] of refused) {
    it(`refuses ${inspect(value).slice(0, 40)}`, () => {
      assert.match(
        refusalOf(() => readPlayer(value)),
        message,
      );
    });
  }
});

describe("CommandIds", () => {
  it("begins at the clock, in seconds", () => {
    assert.equal(new CommandIds().next(1_790_000_000_999), 1_790_000_000);
    const before = Math.floor(Date.now() / 1000);
    assert.ok(new CommandIds().next() - before <= 1);
  });

  it("grows with each command, and with the clock", () => {
    const ids = new CommandIds();
    assert.deepEqual(
      [1000, 1000, 1999, 9000, 9000].map((now) => ids.next(now)),
      [1, 2, 3, 9, 10],
    );
  });

  it("never falls back, whatever the clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4e12 })), (clock) => {
        const ids = new CommandIds();
        const given = clock.map((now) => ids.next(now));
        for (const [index, id] of given.entries()) assert.ok(index === 0 || id > (given[index - 1] ?? Infinity));
      }),
    );
  });
});

describe("withCommandId", () => {
  const numberOf = (path: string) => Number(/commandID=(\d+)$/.exec(path)?.[1]);

  it("adds one, each higher than the one before and small enough for 32 bits", () => {
    const one = withCommandId("/player/playback/pause");
    const two = withCommandId("/player/playback/pause?type=video");
    assert.match(one, /^\/player\/playback\/pause\?commandID=\d+$/);
    assert.match(two, /^\/player\/playback\/pause\?type=video&commandID=\d+$/);
    assert.ok(numberOf(two) > numberOf(one));
    assert.ok(numberOf(two) < 2 ** 31);
  });

  for (const path of [
    "/a?commandID=7",
    "/a?type=video&commandID=7",
    "/a?commandid=7&b=1",
    "/a?command%49D=",
    "/a?b=?&commandID=1",
  ]) {
    it(`leaves the one in ${path}`, () => {
      assert.equal(withCommandId(path), path);
    });
  }

  for (const path of ["/commandID=7", "/a?b=commandID%3D7", "/a?myCommandID=1"]) {
    it(`finds none in ${path}`, () => {
      assert.notEqual(withCommandId(path), path);
    });
  }
});

describe("withQuery", () => {
  it("adds a query to a path with or without one", () => {
    assert.equal(withQuery("/a", ""), "/a");
    assert.equal(withQuery("/a", "b=1"), "/a?b=1");
    assert.equal(withQuery("/a?b=1", "c=2"), "/a?b=1&c=2");
  });
});

describe("queryNames", () => {
  it("tells the names in the query of an address", () => {
    assert.deepEqual(queryNames("/a?b=1&c%20d=%3F&e=?"), ["b", "c d", "e"]);
    assert.deepEqual(queryNames("/a=b"), []);
  });
});
