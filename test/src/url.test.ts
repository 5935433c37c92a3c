import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseUrl } from "../../src/url";

describe("parseUrl", () => {
  it("says the same of an address with other letters however often it is asked", () => {
    for (let i = 0; i < 20_000; i += 1)
      assert.equal(parseUrl("https://m\u00fcller.example")?.host, "xn--mller-kva.example");
  });

  it("reads a relative address by its base, and nothing out of what is none", () => {
    assert.equal(parseUrl("/b?c", "http://a.example/x")?.href, "http://a.example/b?c");
    for (const text of ["", "plex", "http://", "http://a b"]) assert.equal(parseUrl(text), null);
  });
});
