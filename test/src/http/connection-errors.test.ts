import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { connectionError } from "../../../src/http/connection-errors";

const direct = { host: "192.168.1.10", secure: false, proxied: false };
const proxied = { ...direct, proxied: true };
const failure = (code: string) => Object.assign(new Error("failed"), { code });

describe("connectionError", () => {
  it("takes a proxy that stays silent for what the attempt's own end makes of it", () => {
    const { code, message } = connectionError(new Error("Proxy timeout"), proxied, false);
    assert.equal(code, "timeout");
    assert.match(message, /the proxy lets you through/);
  });

  for (const code of ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]) {
    it(`knows that nothing has reached the server after ${code}`, () => {
      for (const destination of [direct, proxied]) {
        const error = connectionError(failure(code), destination, false);
        assert.deepEqual([error.code, error.isUnsent], ["unreachable", true]);
        assert.equal(error.withAttempts(2).withHint("Wait.").isUnsent, true, "the copies know it too");
      }
    });
  }

  const open = [
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "HPE_INVALID_CONSTANT",
    "EPROTO",
    "",
  ];
  for (const code of open) {
    it(`does not know that after ${code === "" ? "an end without a reason" : code}`, () => {
      for (const destination of [direct, proxied]) {
        assert.equal(connectionError(failure(code), destination, false).isUnsent, false);
      }
      assert.equal(connectionError(failure(code), direct, true).isUnsent, false);
    });
  }
});
