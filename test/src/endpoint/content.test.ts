import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { readContent } from "../../../src/endpoint/content";

const container = { size: 1, Metadata: [{ title: "Alien" }] };

const contents: readonly (readonly [unknown, unknown])[] = [
  [{ MediaContainer: container }, container],
  [{ MediaContainer: [container] }, container],
  [{ MediaContainer: {} }, {}],
  [{ MediaContainer: container, other: 1 }, container],
  [{ MediaContainer: [{ a: 1 }, { b: 2 }] }, { MediaContainer: [{ a: 1 }, { b: 2 }] }],
  [{ MediaContainer: null }, { MediaContainer: null }],
  [{ MediaContainer: [] }, { MediaContainer: [] }],
  [{ MediaContainer: "x" }, { MediaContainer: "x" }],
  [{ Response: [{ code: "200", status: "OK" }] }, { Response: [{ code: "200", status: "OK" }] }],
  [
    [1, 2],
    [1, 2],
  ],
  ["OK", "OK"],
  [null, null],
  [false, false],
  [Object.create({ MediaContainer: container }), {}],
];

describe("readContent", () => {
  for (const [document, content] of contents) {
    it(`finds ${inspect(content)} in ${inspect(document)}`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(readContent(document))), content);
    });
  }
});
