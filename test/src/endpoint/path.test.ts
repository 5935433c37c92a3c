import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { readPath } from "../../../src/endpoint/path";
import { PlexError } from "../../../src/errors";
import { refusalOf } from "../../../testing/refusal";

const taken: Readonly<Record<string, string>> = {
  "/": "/",
  "/identity": "/identity",
  "/library/sections/": "/library/sections/",
  "/library//sections": "/library//sections",
  "/:/scrobble?key=1&identifier=com.plexapp.plugins.library":
    "/:/scrobble?key=1&identifier=com.plexapp.plugins.library",
  "/hubs/search?query=Amélie 2": "/hubs/search?query=Am%C3%A9lie%202",
  "/hubs/search?query=Am%C3%A9lie%202": "/hubs/search?query=Am%C3%A9lie%202",
  "/hubs/search?query=100%": "/hubs/search?query=100%25",
  "/hubs/search?query=it's|a[b]^`{}<>\"": "/hubs/search?query=it%27s%7Ca%5Bb%5D%5E%60%7B%7D%3C%3E%22",
  "/hubs/search?query=日本🎬": "/hubs/search?query=%E6%97%A5%E6%9C%AC%F0%9F%8E%AC",
  "/hubs/search?query=a+b&x=../y?": "/hubs/search?query=a+b&x=../y?",
  "/library/all?guid=plex://movie/5d77": "/library/all?guid=plex://movie/5d77",
  "/playQueues?type=video&uri=server://abc/com.plexapp.plugins.library/library/metadata/1":
    "/playQueues?type=video&uri=server://abc/com.plexapp.plugins.library/library/metadata/1",
  "/library/metadata/plex%3A%2F%2Fmovie%2F1": "/library/metadata/plex%3A%2F%2Fmovie%2F1",
  "/library/./sections/%2e/all/.": "/library/sections/all/",
  "/library/...": "/library/...",
  "/library/..a/a../.b.": "/library/..a/a../.b.",
  "/library?": "/library",
  "/a@b:8080": "/a@b:8080",
};

const control = /^The path holds a control character/;
const backslash = /^The path holds a backslash\. Part it with \//;
const fragment = /^The path holds a fragment/;
const upwards = /^The path leads upwards with "\.\."/;
const host = /^The path leads to a host of its own\. Begin it with one slash/;
const address = /^The path is a whole address\./;
const token = /^The path holds an X-Plex-Token\. Leave it out/;
const noText = /^The path holds percent-encoded bytes that are no text\./;
const noSlash = /^The path does not begin with a slash\./;

const refused: readonly (readonly [unknown, RegExp])[] = [
  [undefined, /^There is no path\./],
  [null, /^There is no path\./],
  ["", /^There is no path\./],
  [1, /^The path is of type number, not text\./],
  [["/identity"], /^The path is of type object, not text\./],
  ["identity", noSlash],
  [" /identity", noSlash],
  ["?a=1", noSlash],
  ["%2Fidentity", noSlash],
  ["%2F%2Fexample.org", noSlash],
  ["http://example.org/identity", address],
  ["HTTPS://example.org", address],
  ["file:/etc/passwd", address],
  ["//example.org/identity", host],
  ["///example.org", host],
  ["/%2Fexample.org", host],
  ["/%252fexample.org", host],
  ["/.//example.org", host],
  ["/./%2Fexample.org", host],
  ["/%2e/%252fexample.org", host],
  ["/%2e//example.org", host],
  ["/http://example.org", host],
  ["/http%3A%2F%2Fexample.org", host],
  ["/..", upwards],
  ["/../identity", upwards],
  ["/library/../../x", upwards],
  ["/library/..", upwards],
  ["/library/..?a=1", upwards],
  ["/library/%2e%2e/x", upwards],
  ["/library/%2E%2E/x", upwards],
  ["/library/.%2e/x", upwards],
  ["/library/%2e./x", upwards],
  ["/library%2f..%2fx", upwards],
  ["/library/..%2Fx", upwards],
  ["/library/%252e%252e/x", upwards],
  ["/library/%25252e./x", upwards],
  ["/library/%%32e./x", upwards],
  ["/library/%%32%65%2e/x", upwards],
  ["/library%3F/../x", upwards],
  ["/library\\sections", backslash],
  ["/library/..\\x", backslash],
  ["/library/%5c..%5cx", backslash],
  ["/library/%255Cx", backslash],
  ["/library?path=C:\\Films", backslash],
  ["/library#top", fragment],
  ["/library?a=1#top", fragment],
  ["/library/%23top", fragment],
  ["/library\r\nX-Evil: 1", control],
  ["/library\t", control],
  ["/\tlibrary", control],
  ["/\n/example.org", control],
  ["/library\u0000", control],
  ["/library\u007f", control],
  ["/library\u0085", control],
  ["/library%0d%0aX-Evil:%201", control],
  ["/library%00", control],
  ["/library%2500", control],
  ["/library%C2%85", control],
  ["/library?a=%0A", control],
  ["/library\ud800", /^The path holds half of a character\./],
  ["/library?a=\udc00x", /^The path holds half of a character\./],
  ["/library%ED%A0%80", noText],
  ["/library/%C0%AE%C0%AE/x", noText],
  ["/library%FF", noText],
  ["/library?X-Plex-Token=abc", token],
  ["/library?a=1&x-plex-token=abc", token],
  ["/library?X%2DPlex%2dToken=abc", token],
  ["/library?%58-Plex-Toke%6e=abc", token],
  ["/library?X%252DPlex-Token=abc", token],
  ["/library?url=%2Fa%3FX-Plex-Token%3Dabc", token],
  ["/library/X-PLEX-TOKEN", token],
];

/** A character as it stands, or percent-encoded once or several times over. */
function disguise(character: string, depth: number): string {
  if (depth === 0) return character;
  return [...Buffer.from(character)].reduce((text, byte) => {
    let code = byte.toString(16).padStart(2, "0");
    for (let layer = 1; layer < depth; layer += 1) code = `25${code}`;
    return `${text}%${code}`;
  }, "");
}

/** The same text with each character disguised in its own way. */
const disguised = (text: string) =>
  fc
    .array(fc.integer({ min: 0, max: 3 }), { minLength: text.length, maxLength: text.length })
    .map((depths) => Array.from(text, (character, index) => disguise(character, depths[index] ?? 0)).join(""));

const recased = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => Array.from(text, (c, index) => (upper[index] ? c.toUpperCase() : c.toLowerCase())).join(""));

/** Text made of what matters to addresses, and of anything else. */
const addressLike = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "/",
        ".",
        "..",
        "//",
        "%",
        "%2e",
        "%2F",
        "%25",
        "?",
        "&",
        "=",
        "@",
        ":",
        "http://",
        ";",
        "*",
        "~",
      ),
      fc.string({ unit: "grapheme", maxLength: 4 }),
      fc.string({ unit: "binary", maxLength: 2 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => `/${parts.join("")}`);

describe("readPath", () => {
  for (const [path, expected] of Object.entries(taken)) {
    it(`takes ${path}`, () => {
      assert.equal(readPath(path), expected);
    });
  }

  for (const [path, message] of refused) {
    it(`refuses ${inspect(path)}`, () => {
      assert.match(
        refusalOf(() => readPath(path)),
        message,
      );
    });
  }

  it("shows nothing of what it refuses", () => {
    for (const [path] of refused)
      assert.doesNotMatch(
        refusalOf(() => readPath(path)),
        /abc|evil|example\.org|passwd/i,
      );
  });

  it("yields what no parser changes, below the server URL, or a documented refusal", () => {
    const bases = ["http://192.168.1.10:32400", "https://example.org/plex/base"];
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(addressLike, fc.string({ unit: "binary" })), fc.constantFrom(...bases), (path, base) => {
        let result: string;
        try {
          result = readPath(path);
        } catch (error) {
          assert.ok(error instanceof PlexError && error.code === "invalid-input", String(error));
          return;
        }
        read += 1;
        assert.match(result, /^\/(?!\/)[\x21-\x7e]*$/);
        const url = new URL(base + result);
        assert.equal(url.href, base + result);
        assert.equal(url.origin, new URL(base).origin);
        assert.ok(url.href.startsWith(`${base}/`));
        assert.equal(url.hash, "");
        assert.ok(!url.pathname.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)));
        assert.doesNotMatch(decodeURIComponent(result), /x-plex-token|\p{Control}|\\|#/iu);
        assert.equal(readPath(result), result, "is the same when it is read again");
      }),
      { numRuns: 5000 },
    );
    assert.ok(read > 500, `only ${read} paths were taken`);
  });

  it("keeps what is neither encoded nor of any meaning in addresses", () => {
    const segment = fc.string({
      unit: fc.constantFrom(...Array.from("aZ09-_~!$&()*+,;=:@ \"<>^`{|}'äß€日🎬")),
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 2, maxLength: 5 }), (segments) => {
        const path = `/${segments.join("/")}`;
        assert.equal(decodeURIComponent(readPath(`/library${path}`)), `/library${path}`);
      }),
    );
  });

  it("finds .. however it is encoded", () => {
    fc.assert(
      fc.property(disguised("/a/../b"), (text) => {
        assert.match(
          refusalOf(() => readPath(`/x${text}`)),
          upwards,
        );
      }),
    );
  });

  it("finds a backslash, a fragment or a control character however it is encoded", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("\\", "#", "\n", "\u0000", "\u007f"),
        fc.integer({ min: 0, max: 4 }),
        (bad, depth) => {
          assert.match(
            refusalOf(() => readPath(`/library?a=${disguise(bad, depth)}`)),
            /control character|backslash|fragment/,
          );
        },
      ),
    );
  });

  it("finds X-Plex-Token in any letter case, however it is encoded", () => {
    fc.assert(
      fc.property(recased("x-plex-token").chain(disguised), fc.constantFrom("/", "/a?b=1&", "/a?"), (name, start) => {
        assert.match(
          refusalOf(() => readPath(`${start}${name}=abc`)),
          token,
        );
      }),
    );
  });

  it("takes no longer for a text that is encoded over and over", () => {
    const start = performance.now();
    readPath(`/${"%25".repeat(100_000)}2e`);
    readPath(`/%${"25".repeat(100_000)}41`);
    assert.ok(performance.now() - start < 2_000);
  });
});
