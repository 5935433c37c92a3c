import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readConnection, readIdentity, readLabel, readSourceConnection, readTransientToken } from "../src/answers";
import { composePlexDirectUrls } from "../src/check-server/plex-direct";
import { explainError } from "../src/check-server/advice";
import { readGdmTargets } from "../src/gdm/gdm";
import { readGdmReply } from "../src/gdm/reply";
import { proxyFromEnvironment, readBody, statusError } from "../src/http";
import { readRetryAfter } from "../src/http/retry-after";
import { notConfigured } from "../src/errors";
import { candidateConnections, readProviders, readServers } from "../src/plex-tv/account";
import { readPin, readPinState } from "../src/plex-tv/pin";
import { PlexTv } from "../src/plex-tv";
import { noConnectionError } from "../src/probe/no-connection-error";
import { findTargets } from "../src/probe/targets";
import { isClaimToken, readClientIdentifier, readServerUrl, readSource, readText, readToken } from "../src/settings";
import { loadPage } from "../testing/forms/editor";

/** Twice 64 KB: quadratic time takes 3 s and more for it. */
const size = 128 * 1024;

/** ms of this process's own time, to which a busy machine adds nothing; a linear reader takes a few. */
const most = 1_000;

const fills = [
  ...Array.from('/ \t\r$<&=:,.?#@%["-01a\u00a0\0'),
  ...["${", "${a", "\r\n", "\r ", ": ", "//", "/web", "1.", "X-Plex-Token=", "X-Plex-Token: ", "http://"],
  ...["&amp;", "&a", "<a", "<a ", "<a>", "</a>", "<!--", "charset", "charset ", "%2f", "\ud83d", "\"'"],
];
const heads = ["", "http://host/", "X-Plex-Token="];
const tails = ["", "x"];

function* texts(): Generator<string> {
  for (const fill of fills) {
    const row = fill.repeat(Math.floor(size / fill.length));
    for (const head of heads) for (const tail of tails) yield head + row + tail;
  }
}

/** What a reader makes of a text does not matter here. */
function settle(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const connection = { uri: "http://192.168.1.10:32400", address: "192.168.1.10", port: 32400, local: true };
const pin = { id: "1", code: "abcd", expiresIn: 1, createdAt: null, receivedAt: 0 };
const endpoint = { hash: "0".repeat(32), address: "192.168.1.10", named: true, trusted: true };
const page = loadPage("plex-config");

function readResponse(text: string, type = "application/json"): Promise<unknown> {
  return readBody({ statusCode: 200, headers: { "content-type": type }, body: Buffer.from(text) });
}

/** A connection whose every field is hostile, where it is one at all. */
function connectionFrom(text: string) {
  const uri = URL.canParse(text) ? text : `${connection.uri}/${text}`;
  return readConnection({ ...connection, uri, address: text });
}

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  readText: (text) => readText(text, "value"),
  readToken,
  isClaimToken,
  readServerUrl,
  readClientIdentifier,
  readSource,
  readRetryAfter,
  "readLabel, of a name from outside": (name) => readLabel({ name }, "name"),
  "readConnection, its URL": (uri) => readConnection({ uri, address: uri, port: uri, local: uri, relay: uri }),
  "readConnection, its address": (address) => readConnection({ protocol: "http", address, port: 1 }),
  "what is made of a connection to try it": (text) => {
    const found = connectionFrom(text);
    return found && [findTargets([found]), noConnectionError([{ ...found, reachable: false, error: "timeout" }], 1)];
  },
  "the addresses of an account's server": (text) => {
    const found = connectionFrom(text);
    const [server] = readServers([
      { provides: text, clientIdentifier: "a", connections: [] },
      { provides: "server", clientIdentifier: "a" },
    ]);
    return found && server && candidateConnections({ ...server, connections: [found, found] });
  },
  "an answer of /security/resources": (text) => {
    const Device = { name: text, clientIdentifier: text, accessToken: text, Connection: { uri: text } };
    return readSourceConnection({ MediaContainer: { Device } }, `server://${text.slice(0, 200)}`);
  },
  "an answer of /security/token": (token) => readTransientToken({ MediaContainer: { token } }),
  "an answer of /identity": (text) => readIdentity({ MediaContainer: { machineIdentifier: text, claimed: text } }),
  "plex.tv's servers": (text) => {
    const server = { provides: text, clientIdentifier: text, owned: text, name: text, accessToken: text };
    return readServers([server, { ...server, provides: "server", clientIdentifier: "a" }]);
  },
  "plex.tv's providers": (text) =>
    readProviders([
      { identifier: text, title: text },
      { identifier: "a", title: text },
    ]),
  "a new pin": (text) =>
    settle(() => readPin({ id: text, code: text })) ??
    readPin({ id: 1, code: "a", createdAt: text, expiresAt: text, expiresIn: text }),
  "the state of a pin": (text) => readPinState({ id: 1, authToken: text, createdAt: text, expiresIn: text }, pin),
  "the address that is set for plex.tv": (url) => new PlexTv({ url, clientIdentifier: "a" }),
  "where to search the network": (text) => readGdmTargets([text]),
  "a redirect": (location) => statusError(302, { location }, { token: "abc", url: "http://host/" }),
  "a proxy's variables": (text) =>
    proxyFromEnvironment(new URL("http://host/"), { env: { no_proxy: text, http_proxy: text } }),
  "an older reading of a proxy's variables": (text) =>
    proxyFromEnvironment(new URL("http://host/"), { env: { no_proxy: text, http_proxy: text }, mode: "legacy" }),
  "the name of a certificate": (text) => {
    const url = `http://host/${text}`;
    return [composePlexDirectUrls(url, endpoint), explainError(notConfigured("a", "b"), { url } as never, undefined)];
  },
  "a server URL in the form": (text) => page.validate("url", text),
  "a token in the form": (text) => page.validate("token", text),
  "an identifier in the form": (text) => page.validate("clientIdentifier", text),
  "a number in the form": (text) => [page.validate("timeout", text), page.validate("retries", text)],
};

function assertBounded(used: NodeJS.CpuUsage, text: string): void {
  const { user, system } = process.cpuUsage(used);
  const ms = (user + system) / 1000;
  assert.ok(
    ms < most,
    `${Math.round(ms)} ms for ${JSON.stringify(text.slice(0, 30))}…${JSON.stringify(text.slice(-5))}`,
  );
}

describe("what others send takes linear time", function () {
  this.timeout(120_000);

  for (const [name, read] of Object.entries(readers)) {
    it(name, () => {
      for (const text of texts()) {
        const used = process.cpuUsage();
        settle(() => read(text));
        assertBounded(used, text);
      }
    });
  }

  it("the body of an answer, and what it says of its characters", async () => {
    for (const fill of fills) {
      const text = fill.repeat(size / 2 / fill.length);
      const used = process.cpuUsage();
      await Promise.allSettled([readResponse(text), readResponse(`<a b="${text}"/>`), readResponse("{}", text)]);
      assertBounded(used, text);
    }
  });

  it("a datagram of the local network", () => {
    for (const fill of fills) {
      for (const name of ["Name: ", "Name:", "Content-Type: ", "Version: \t", "", "Host: "]) {
        for (const tail of [...tails, "\rx", "x\rx"]) {
          const head = "HTTP/1.0 200 OK\r\nPort: 1\r\nResource-Identifier: a\r\n";
          const room = 4096 - head.length - name.length - tail.length;
          const datagram = Buffer.from(head + name + fill.repeat(Math.floor(room / Buffer.byteLength(fill))) + tail);
          const used = process.cpuUsage();
          readGdmReply(datagram);
          assertBounded(used, datagram.toString());
        }
      }
    }
  });
});
