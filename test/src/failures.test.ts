import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { connectionFailure } from "../../src/failures";

describe("connectionFailure", () => {
  it("takes a proxy that stays silent for what the attempt's own end makes of it", () => {
    const route = { host: "127.0.0.1", secure: false, proxied: true };
    const { code, message } = connectionFailure(new Error("Proxy timeout"), route, false);
    assert.equal(code, "timeout");
    assert.match(message, /the proxy lets you through/);
  });
});
