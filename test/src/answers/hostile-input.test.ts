import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { gzipSync } from "node:zlib";
import { readSourceConnection } from "../../../src/answers/source-connection";
import { readTransientToken } from "../../../src/answers/transient-token";
import { PlexError, plexErrorCodes } from "../../../src/errors";
import { readBody } from "../../../src/http/body";
import { proxyFromEnvironment } from "../../../src/http/proxy";
import { readRetryAfter } from "../../../src/http/retry-after";
import { statusError } from "../../../src/http/status-errors";
import { parseXml } from "../../../src/http/xml";
import { readServerUrl } from "../../../src/settings/server-url";
import { readSource } from "../../../src/settings/source";
import { readToken } from "../../../src/settings/token";
import { readWholeNumber } from "../../../src/settings/values";

/** Whether what was thrown is one of ours, with a sentence that ends with its hint. */
function assertDocumented(error: unknown): void {
  assert.ok(error instanceof PlexError, String(error));
  assert.ok(plexErrorCodes.includes(error.code));
  assert.ok(error.hint.length > 10 && error.message.endsWith(error.hint));
}

/** Runs a reader on anything: it may succeed or throw a PlexError, and nothing else. */
function assertTotal(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assertDocumented(error);
  }
}

const xmlSafe = fc.stringMatching(/^[a-zA-Z_][\w.-]{0,12}$/);

/** JSON that has the names which the readers look for, holding anything. */
const plexLike = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), tie("object"), fc.array(tie("any"), { maxLength: 4 })),
  object: fc.dictionary(
    fc.constantFrom(
      ...["MediaContainer", "Device", "Connection", "token", "name", "clientIdentifier", "accessToken", "uri"],
      ...["protocol", "address", "port", "local", "relay", "__proto__", "constructor", "toString"],
    ),
    tie("any"),
    { maxKeys: 8 },
  ),
}));

describe("hostile input", () => {
  it("any JSON is a result or a documented error", () => {
    fc.assert(
      fc.property(fc.oneof(plexLike.any, fc.jsonValue()), (value) => {
        const document: unknown = JSON.parse(JSON.stringify(value));
        assertTotal(() => readTransientToken(document));
        assertTotal(() => readSourceConnection(document, "server://abc"));
      }),
      { numRuns: 2000 },
    );
    assert.equal(({} as { MediaContainer?: unknown }).MediaContainer, undefined);
  });

  it("a result from any JSON has the documented types", () => {
    const connection = fc.record({ uri: fc.webUrl(), local: plexLike.any, port: plexLike.any, relay: plexLike.any });
    fc.assert(
      fc.property(fc.array(connection), plexLike.any, (connections, name) => {
        const Device = { name, Connection: connections, accessToken: name };
        const result = readSourceConnection({ MediaContainer: { Device } }, "server://abc");
        assert.ok(result.name === null || typeof result.name === "string");
        assert.ok(result.accessToken === null || typeof result.accessToken === "string");
        for (const { uri, port, local, relay } of result.connections) {
          assert.doesNotThrow(() => new URL(uri));
          assert.ok(Number.isInteger(port) && port > 0 && port < 65536);
          assert.deepEqual([typeof local, typeof relay], ["boolean", "boolean"]);
        }
      }),
    );
  });

  it("any bytes, under any headers, are a document or a documented error", async () => {
    const headers = fc.record(
      {
        "content-type": fc.oneof(fc.string(), fc.constantFrom("application/json; charset=utf-16le", "text/xml")),
        "content-encoding": fc.constantFrom("gzip", "br", "deflate", "identity", "x-gzip", "zstd", "__proto__", ""),
      },
      { requiredKeys: [] },
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string().map((text) => Buffer.from(text)),
      fc.json().map((text) => gzipSync(text)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, headers, async (body, given) => {
        await readBody({ statusCode: 200, headers: given, body: Buffer.from(body) }).catch(assertDocumented);
      }),
      { numRuns: 500 },
    );
  });

  it("any XML is read as it was written, or refused", () => {
    fc.assert(
      fc.property(xmlSafe, xmlSafe, fc.string(), (element, attribute, value) => {
        const printable = value.replace(/[^\x20-\x7e]/g, "");
        const escaped = printable.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
        const root = parseXml(`<${element} ${attribute}="${escaped}"/>`);
        assert.equal((root[element] as Record<string, string>[])[0]![attribute], printable);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.doesNotThrow(() => {
          try {
            parseXml(`<${text}`);
          } catch (error) {
            assert.ok(error instanceof Error);
          }
        });
      }),
    );
  });

  it("XML entities expand to nothing but themselves", () => {
    const bomb = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>`;
    for (const reference of ["&b;", "&x;", "&#0;", "&#x110000;", "&nbsp;"]) {
      assert.throws(() => parseXml(`${bomb}<MediaContainer token="${reference}"/>`), reference);
    }
    const deep = 20_000;
    assert.doesNotThrow(() => parseXml("<a>".repeat(deep) + "</a>".repeat(deep)));
  });

  const readers: Readonly<Record<string, (value: unknown) => unknown>> = {
    "server URL": readServerUrl,
    token: readToken,
    source: readSource,
    number: (value) => readWholeNumber(value, { label: "number", fallback: 1, min: 0 }),
  };
  for (const [name, read] of Object.entries(readers)) {
    it(`any ${name} is taken or refused in words that do not repeat it`, () => {
      const anything = fc.oneof(
        fc.anything(),
        fc.string({ unit: "binary" }),
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
        fc.string().map((text) => `server://${text}`),
        fc.string().map((text) => `X-Plex-Token=${text}`),
        fc.string().map((text) => `\${${text}`),
      );
      fc.assert(
        fc.property(anything, (value) => {
          assertTotal(() => read(value));
        }),
        { numRuns: 1000 },
      );
      const secret = "canary-secret";
      for (const value of [
        secret,
        `http://${secret}`,
        `${secret}:32400 `,
        `claim-${secret}`,
        `ä${secret}`,
        `x://${secret}`,
      ]) {
        try {
          read(value);
        } catch (error) {
          assert.doesNotMatch(`${(error as Error).message}${(error as Error).stack}`, /canary/);
        }
      }
    });
  }

  it("a token that was taken can always stand in a header, and a URL can always be asked", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        try {
          new Headers({ "x-plex-token": readToken(text) });
        } catch (error) {
          assertDocumented(error);
        }
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, validSchemes: ["http", "https"] }), (text) => {
        const url = readServerUrl(text);
        assert.doesNotThrow(() => new URL(`${url}/security/token?type=delegation&scope=all`));
        assert.doesNotMatch(url, /[?#\s]|\/$/);
      }),
    );
  });

  it("any status and header is a documented error without the token", () => {
    const token = "canary-secret";
    const location = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.constantFrom(`http://${token}.example.org/`, `https://u:${token}@h/`, `//h/?t=${token}`, "javascript:1"),
    );
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 999 }), location, fc.string(), (statusCode, target, retryAfter) => {
        const headers = { location: target, "retry-after": retryAfter };
        const error = statusError(statusCode, headers, { token, url: "http://h:1/security/token" });
        assertDocumented(error);
        assert.doesNotMatch(JSON.stringify(error) + error.message, /canary/);
        assert.ok(error.retryAfter === undefined || (Number.isFinite(error.retryAfter) && error.retryAfter >= 0));
      }),
    );
  });

  it("any Retry-After and proxy variable is read without a throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        readRetryAfter(text);
        proxyFromEnvironment(new URL("http://host:32400"), { env: { http_proxy: text, no_proxy: text } });
      }),
    );
  });
});
