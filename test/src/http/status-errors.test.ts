import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { statusError } from "../../../src/http/status-errors";

const context = { token: "canary", url: "http://host/security/token" };
const errorOf = (status: number, headers = {}) => statusError(status, headers, context);

describe("statusError", () => {
  it("tells what a proxy service answers in its place, and that it may pass", () => {
    for (const status of [520, 521, 522, 523, 524, 530]) {
      const { code, retryable, statusCode, detail, message, hint } = errorOf(status);
      assert.deepEqual([code, retryable, statusCode, detail], ["server-error", true, status, "proxy-service"]);
      assert.match(message, new RegExp(`^The proxy service in front of the server got no answer .*${status}`));
      assert.match(hint, /proxy service can reach it/);
    }
  });

  it("knows the trouble with certificates between such a service and the server, which does not pass", () => {
    for (const status of [525, 526]) {
      const { code, retryable, detail, message } = errorOf(status);
      assert.deepEqual([code, retryable, detail], ["server-error", false, "proxy-service"]);
      assert.match(message, /TLS connection.*certificates it accepts/);
      assert.doesNotMatch(message, /\blog\b/);
    }
  });

  it("takes a login of HTTP for that of something in front of the server", () => {
    const headers = ['Basic realm="canary"', "basic", 'Digest realm="x", nonce="y"', 'Bearer, Basic realm="x"', "NTLM"];
    for (const header of headers) {
      const { code, detail, message } = errorOf(401, { "www-authenticate": header });
      assert.deepEqual([code, detail], ["unauthorized", "login-in-front"], header);
      assert.match(message, /^Something in front of the server.*user name and password/);
      assert.doesNotMatch(message, /canary|token/);
    }
  });

  it("says of a JWT that a server may refuse it, where it does and nothing in front of it asks for a login", () => {
    const withToken = (token: string, status = 401, headers = {}) =>
      statusError(status, headers, { ...context, token }).message;
    const jwt = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJwbGV4In0.c2ln-_";
    assert.match(withToken(jwt), /which is a JWT of plex\.tv\. Enter the server's own X-Plex-Token/);
    assert.doesNotMatch(withToken(jwt), /eyJ/);
    assert.doesNotMatch(withToken("eyJhbGci"), /JWT/);
    assert.doesNotMatch(withToken(jwt, 403), /JWT/);
    assert.match(withToken(jwt, 401, { "www-authenticate": "Basic" }), /^Something in front of the server/);
  });

  it("leaves every other 401 to the token", () => {
    for (const header of [undefined, "", 'Bearer realm="basic"', 'Bearer realm="a, basic b"', "X-Basic"]) {
      const { detail, message } = errorOf(401, header === undefined ? {} : { "www-authenticate": header });
      assert.equal(detail, undefined, header);
      assert.match(message, /^The server does not accept the token/);
    }
    assert.equal(errorOf(403, { "www-authenticate": "Basic" }).detail, undefined);
  });
});
