import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { PlexErrorCode } from "../../../src";
import { connectionError } from "../../../src/http/connection-errors";

const direct = { host: "plex.example.org", secure: false, proxied: false };
const proxied = { ...direct, proxied: true };

const errorOf = (code: string, destination = direct) =>
  connectionError(Object.assign(new Error("canary"), { code }), destination, false);

/** What Node.js and the system call a failure, and the sentence that fits it. */
const sentences: Readonly<Record<string, readonly [codes: readonly string[], what: RegExp, isUnsent: boolean]>> = {
  refused: [["ECONNREFUSED"], /^The server refused the connection/, true],
  "no route": [["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"], /^There is no route/, false],
  "host off": [["EHOSTDOWN"], /^The server's machine does not answer in its network.*switched on/, false],
  "network off": [["ENETDOWN", "ENONET"], /^The network of the machine that runs Node-RED is down/, false],
  "no such name": [
    ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME", "EAI_SERVICE", "ESERVFAIL", "ENODATA"],
    /^The server's name could not be found.*DNS/,
    true,
  ],
  "a firewall here": [["EACCES", "EPERM"], /^The machine that runs Node-RED does not allow.*firewall/, true],
  "limits here": [
    ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EAI_MEMORY", "EADDRINUSE"],
    /^The machine that runs Node-RED has reached a limit/,
    true,
  ],
  "broken off": [
    ["ECONNRESET", "EPIPE", "ECONNABORTED", ""],
    /^The connection ended before the answer was whole/,
    false,
  ],
};

describe("connectionError", () => {
  for (const [name, [codes, what, isUnsent]] of Object.entries(sentences)) {
    it(`has a sentence of its own: ${name}`, () => {
      for (const code of codes) {
        const error = errorOf(code);
        assert.match(error.message, what, code);
        assert.deepEqual([error.code, error.retryable, error.isUnsent], ["unreachable", true, isUnsent], code);
        assert.doesNotMatch(error.message, /canary/);
      }
    });
  }

  it("says this machine is the cause where it is, through a proxy too", () => {
    for (const code of ["ENETDOWN", "EACCES", "EPERM", "EMFILE", "ENFILE", "ENOBUFS"]) {
      for (const way of [direct, proxied]) {
        const error = errorOf(code, way);
        assert.deepEqual(
          [error.detail, /machine that runs Node-RED/.test(error.message)],
          ["this-machine", true],
          code,
        );
      }
    }
    assert.equal(errorOf("ECONNREFUSED").detail, undefined);
  });

  it("takes what keeps this machine from the proxy for that", () => {
    for (const code of ["ECONNREFUSED", "ENOTFOUND", "EAI_FAIL", "EHOSTUNREACH", "EHOSTDOWN"]) {
      assert.match(errorOf(code, proxied).message, /^The proxy could not be reached/, code);
    }
  });

  it("states no cause that it does not know, but the code", () => {
    for (const code of ["ENOTCONN", "EINVAL", "ERR_SOMETHING_NEW"]) {
      assert.match(
        errorOf(code).message,
        new RegExp(`^The request failed before there was an answer \\(${code}\\)\\.`),
      );
    }
    assert.match(errorOf("canary code").message, /^The request failed before there was an answer\. /);
  });

  it("tells what failed of TLS, and states no cause that it does not know", () => {
    const causes: readonly (readonly [RegExp, readonly string[]])[] = [
      [
        /^The server's certificate is not one that this machine trusts/,
        [
          "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
          "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
          "SELF_SIGNED_CERT_IN_CHAIN",
          "DEPTH_ZERO_SELF_SIGNED_CERT",
          "INVALID_CA",
        ],
      ],
      [/is for another name/, ["ERR_TLS_CERT_ALTNAME_INVALID"]],
      [/is not valid at this time/, ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]],
      [
        /^The TLS handshake with the server failed/,
        ["EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_OSSL_EVP_UNSUPPORTED", "ERR_TLS_HANDSHAKE_TIMEOUT"],
      ],
      [
        /^The server's certificate was refused \([A-Z_]+\)\. Make a new certificate/,
        ["CERT_REVOKED", "CERT_CHAIN_TOO_LONG", "INVALID_PURPOSE", "PATH_LENGTH_EXCEEDED", "CRL_HAS_EXPIRED"],
      ],
    ];
    for (const [says, codes] of causes) {
      for (const code of codes) {
        assert.equal(errorOf(code).code, "tls", code);
        assert.match(errorOf(code).message, says, code);
      }
    }
    assert.equal(errorOf("EPROTOTYPE").code, "unreachable");
  });

  it("tells a certificate that is too weak for Node.js 24 from what else has no code", () => {
    for (const reason of [
      "EE certificate key too weak",
      "CA certificate key too weak",
      "CA signature digest algorithm too weak",
    ]) {
      const error = connectionError(Object.assign(new Error(reason), { code: "UNSPECIFIED" }), direct, false);
      assert.deepEqual([error.code, error.retryable, error.detail], ["tls", false, "weak-certificate"]);
      assert.match(error.message, /too weak for this version of Node\.js.*Make a new certificate/);
    }
    const other = errorOf("UNSPECIFIED");
    assert.deepEqual([other.code, other.detail], ["tls", undefined]);
    assert.match(other.message, /for a reason that Node\.js does not name/);
  });

  it("takes a proxy that stays silent for what the attempt's own end makes of it", () => {
    const { code, message } = connectionError(new Error("Proxy timeout"), proxied, false);
    assert.equal(code satisfies PlexErrorCode, "timeout");
    assert.match(message, /the proxy lets you through/);
  });
});
