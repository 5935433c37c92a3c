import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { connectionError } from "../../../src/http/connection-errors";

describe("connectionFailure", () => {
  it("takes a proxy that stays silent for what the attempt's own end makes of it", () => {
    const route = { host: "127.0.0.1", secure: false, proxied: true };
    const { code, message } = connectionError(new Error("Proxy timeout"), route, false);
    assert.equal(code, "timeout");
    assert.match(message, /the proxy lets you through/);
  });
});
