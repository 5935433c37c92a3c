import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { loadPage } from "../../../testing/forms/editor";
import { pastedTokens, pastedUrls, refusedTokens, refusedUrls } from "../../../testing/forms/pasted";

const { plexAccess } = loadPage("plex-config");
const { url, token } = plexAccess.finders;

describe("what is pasted into the form", () => {
  it("is taken where the run time takes it", () => {
    for (const [pasted] of pastedUrls) assert.equal(url(pasted), "", pasted);
    for (const [pasted] of pastedTokens) assert.equal(token(pasted), "", pasted);
    assert.equal(token("__PWRD__"), "");
    assert.deepEqual([url("${PLEX_URL}"), token("${PLEX_TOKEN}")], ["", ""]);
  });

  it("is refused where the run time refuses it, with the sentence that fits", () => {
    for (const [pasted, key] of refusedUrls) assert.equal(url(pasted), `plex-config.validation.${key}`, pasted);
    for (const [pasted, key] of refusedTokens) assert.equal(token(pasted), `plex-config.validation.${key}`, pasted);
    const reference = "plex-config.validation.reference";
    assert.deepEqual([url('"${PLEX_URL}"'), token('"${PLEX_TOKEN}"')], [reference, reference]);
  });

  it("gets a hint where it is a token that will not do for everything", () => {
    const jwt = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJwbGV4In0.c2ln-_";
    const hints = ["abc", "'transient-1'", jwt, `"${jwt}"`, `X-Plex-Token: ${jwt}`].map(plexAccess.findTokenHint);
    const tip = "plex-config.tip.jwt";
    assert.deepEqual(hints, ["", "plex-config.tip.transient", tip, tip, tip]);
  });
});
