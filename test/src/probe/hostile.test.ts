import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { certificates, faults } from "../../../simulator";
import { PlexClient } from "../../../src";
import { readConnection } from "../../../src/answers/connections";
import { createProbeLimit, probe, type ProbedConnection, type ProbeOptions } from "../../../src/probe/probe";
import { HostileTargets, impossibleHost } from "../../../testing/http/hostile-targets";
import {
  identityOf,
  later,
  RecordingMediaServer,
  RecordingServer,
  recordingServers,
} from "../../../testing/http/recording-server";
import { rejectionOf } from "../../../testing/rejection";
import { assertUntold } from "../../../testing/spellings";

const token = "Canary-7_Zq9.~xyz";
const machineIdentifier = "0123456789abcdef".repeat(2);
const source = `server://${machineIdentifier}`;
const provider = "provider://tv.plex.provider.vod";

/** How a connection ended: its error, or whether it was reached. */
const endOf = ({ reachable, error }: ProbedConnection) => error ?? reachable;

async function waitUntil(holds: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 1000; !holds(); await new Promise((resolve) => setTimeout(resolve, 5))) {
    assert.ok(Date.now() < deadline, what);
  }
}

describe("connections that are hostile", () => {
  let targets: HostileTargets;
  let own: RecordingMediaServer;
  let good: RecordingServer;
  const serve = recordingServers();
  const clients: PlexClient[] = [];

  /** Where something answers, none of this time is waited for. */
  const connect = (timeout = 8000): PlexClient => {
    const client = new PlexClient({ url: own.url, token, clientIdentifier: "test-client", timeout, retries: 0 });
    clients.push(client);
    return client;
  };

  before(async () => {
    targets = await HostileTargets.start(machineIdentifier);
    good = await RecordingServer.start(identityOf(machineIdentifier));
  });

  after(async () => {
    await targets.close();
    await good.close();
  });

  beforeEach(async () => {
    own = await RecordingMediaServer.start(token);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await own.server.close();
  });

  /** Tries everything, as the editor does: nothing is spared by a decision. */
  const tryAll = (uris: readonly string[], options: Partial<ProbeOptions> = {}) =>
    probe({
      connections: uris.map((uri) => readConnection({ uri, local: true })!),
      machineIdentifier,
      headers: {},
      timeout: 1500,
      limit: createProbeLimit(),
      waitForAll: true,
      ...options,
    });

  const listed = (...uris: readonly string[]) => uris.map((uri) => ({ uri, local: true }));

  it("end with the code that fits each, and in time", async () => {
    const start = Date.now();
    const { connections, connection } = await tryAll(targets.all.map(({ uri }) => uri));
    assert.ok(Date.now() - start < 2500, `${Date.now() - start} ms`);
    assert.equal(connection, null);
    assert.deepEqual(
      connections.map((each, index) => [targets.all[index]?.name, endOf(each)]),
      targets.all.map(({ name, error }) => [name, error]),
    );
  });

  it("count for a provider when they answered in HTTP, whatever it was", async () => {
    const { connections } = await tryAll(
      targets.all.map(({ uri }) => uri),
      { machineIdentifier: null },
    );
    const reached = targets.all.filter((_target, index) => connections[index]?.reachable).map(({ error }) => error);
    const silent = targets.all.filter((_target, index) => !connections[index]?.reachable);
    assert.ok(reached.includes("unauthorized") && reached.includes("redirected") && reached.includes("server-error"));
    const notHttp = ["another protocol", "only early hints", "a switch of protocols", "huge headers"];
    assert.deepEqual(
      silent.map(({ name }) => name),
      targets.all
        .filter(({ name, error }) => /^(?:timeout|unreachable|tls)$/.test(error) || notHttp.includes(name))
        .map(({ name }) => name),
    );
  });

  it("do not keep the good one from being found", async () => {
    own.sources.set(source, listed(...targets.all.map(({ uri }) => uri), good.url));
    const { connection } = await connect().getBestConnection(source);
    assert.deepEqual([connection.uri, connection.reachable], [good.url, true]);
  });

  it("do not get a token, in any spelling, and nobody is led on by a redirect", async () => {
    own.sources.set(source, listed(...targets.all.map(({ uri }) => uri), good.url));
    own.sources.set(provider, own.sources.get(source)!);
    const client = connect(1500);
    await client.getTransientToken();
    await client.getBestConnection(source);
    await client.getBestConnection(provider);
    own.sources.set(source, listed(...targets.all.map(({ uri }) => uri)));
    const { accessToken } = await client.getSourceConnection(source);
    const error = await rejectionOf(client.getBestConnection(source));
    const secrets = [token, ...own.given];
    assert.ok(own.given.length >= 5 && own.given.includes(accessToken!));
    assertUntold(`${targets.bytes}${good.bytes}`, secrets, "a target");
    assertUntold(`${error.message}${error.stack ?? ""}${JSON.stringify(error)}`, secrets, "the error");
    for (const { headers, url, body } of [...targets.servers, good].flatMap(({ requests }) => requests)) {
      assert.deepEqual(
        [headers["x-plex-token"], headers.authorization, url, body],
        [undefined, undefined, "/identity", ""],
      );
    }
    assert.equal(targets.bait.requests.length, 0);
    // The server that was configured gets the one token, and in its header alone.
    const header = `x-plex-token: ${token}\r\n`;
    assert.equal(own.server.bytes.split(header).length - 1, own.server.requests.length);
    assertUntold(own.server.bytes.replaceAll(header, ""), secrets, "the server, beside the header,");
  });

  it("are left alone once the choice is made: their connections end", async () => {
    own.sources.set(source, [...listed(good.url), ...targets.all.map(({ uri }) => ({ uri, relay: true }))]);
    const client = connect();
    await client.getBestConnection(source);
    await waitUntil(() => targets.openSockets + good.openSockets === 0, "a connection stayed open");
    client.close();
    await waitUntil(() => own.server.openSockets === 0, "a connection to the server stayed open");
  });

  it("leave nothing open when none answered, or the client is closed", async () => {
    own.sources.set(source, listed(...targets.all.map(({ uri }) => uri)));
    const client = connect(1500);
    assert.equal((await rejectionOf(client.getBestConnection(source))).code, "no-connection");
    await waitUntil(() => targets.openSockets === 0, "a connection stayed open");
    const asked = rejectionOf(client.getBestConnection(source));
    await waitUntil(() => targets.openSockets > 0, "nothing was tried");
    client.close();
    assert.equal((await asked).code, "cancelled");
    await waitUntil(() => targets.openSockets + own.server.openSockets === 0, "a connection stayed open");
  });

  it("are told by the certificate, which the authority that one trusts makes good", async () => {
    const { ca, server, wrongName } = certificates();
    const trusted = await serve(identityOf(machineIdentifier), { tls: server });
    const misnamed = await serve(identityOf(machineIdentifier), { tls: wrongName });
    const uris = [trusted.url, misnamed.url];
    const untrusting = await tryAll(uris);
    const trusting = await tryAll(uris, { tls: { ca } });
    assert.deepEqual(untrusting.connections.map(endOf), ["tls", "tls"]);
    assert.deepEqual(trusting.connections.map(endOf), [true, "tls"]);
    assert.equal(misnamed.requests.length, 0);
  });

  describe("in what the server says of them", () => {
    it("are left out when they lead nowhere that HTTP goes", async () => {
      const { port } = good;
      const nowhere = [
        ...["javascript:alert(1)", "file:///etc/passwd", "ftp://127.0.0.1", "data:text/plain,x", "ws://127.0.0.1"],
        ...["", "   ", "//127.0.0.1", "127.0.0.1:32400", "http://", "http://[::1", "http://127.0.0.1 :1", "http://a b"],
        ...[
          "http://127.0.0.1:0",
          "http://127.0.0.1:99999",
          "http://127.0.0.1:-1",
          "http://256.256.256.256",
          "http://%",
        ],
      ].map((uri) => ({ uri, local: true }));
      const odd = [5, true, null, {}, [], ["http://127.0.0.1"], { uri: good.url }].map((uri) => ({ uri }));
      const composed = [0, 99_999, -1, "x", 1.5].map((each) => ({
        protocol: "http",
        address: "127.0.0.1",
        port: each,
      }));
      const senseless = [
        { protocol: "javascript", address: "127.0.0.1", port },
        { address: "" },
        "text",
        null,
        7,
        [[]],
      ];
      own.sources.set(source, [...nowhere, ...odd, ...composed, ...senseless, { uri: good.url }]);
      const { connections, connection } = await connect().getBestConnection(source);
      assert.deepEqual(
        connections.map(({ uri }) => uri),
        [good.url],
      );
      assert.equal(connection.uri, good.url);
    });

    it("are tried as a browser would read them", async () => {
      const { port } = good;
      const before = good.requests.length;
      const readable = [
        `http://jo:s3cret@127.0.0.1:${port}`,
        `  http://127.0.0.1:${port}/spaces \n`,
        `HTTP://127.0.0.1:${port}/capitals`,
        `http:127.0.0.1:${port}/slashes`,
        `http://127.1:${port}/short`,
        `http://0x7f000001:${port}/hex`,
        `http://１２７。0。0。1:${port}/width`,
        `http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:${port}/circles`,
        `http://127.0.0.1:${port}/base/path/`,
        `http://127.0.0.1:${port}/a b/ü/%2e%2e/x`,
        `http://127.0.0.1:${port}/query?X-Plex-Token=mine#fragment`,
      ];
      own.sources.set(provider, listed(...readable));
      await connect().getBestConnection(provider);
      const { connections } = await tryAll(readable);
      assert.deepEqual(
        connections.map(endOf),
        readable.map(() => true),
      );
      const paths = ["", "/spaces", "/capitals", "/slashes", "/short", "/hex", "/width", "/circles", "/base/path"];
      const asked = good.requests.slice(before).map(({ url }) => url);
      assert.deepEqual(new Set(asked), new Set([...paths, "/a%20b/x", "/query"].map((path) => `${path}/identity`)));
      assertUntold(good.bytes, ["s3cret", "X-Plex-Token"], "the target");
    });

    it("may be IPv6", async function () {
      const six = await serve(identityOf(machineIdentifier), { host: "::1" }).catch(() => this.skip());
      own.sources.set(source, [{ protocol: "http", address: "::1", port: six.port, local: true }, ...listed(six.url)]);
      const { connection } = await connect().getBestConnection(source);
      assert.deepEqual([connection.uri, connection.address], [`http://[::1]:${six.port}`, "::1"]);
      assert.equal(six.requests.length, 1);
    });
  });

  describe("in number", () => {
    const many = (length: number, url: string) => Array.from({ length }, (_, index) => `${url}/${index}`);

    it("are tried some at a time, and in time all the same", async () => {
      const silent = await serve(faults.hang());
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, silent.openSockets)), 1);
      own.sources.set(source, listed(...many(3000, silent.url)));
      const start = Date.now();
      const error = await rejectionOf(connect(1000).getBestConnection(source));
      assert.ok(Date.now() - start < 2500, `${Date.now() - start} ms`);
      clearInterval(watch);
      assert.ok(most > 0 && most <= 64, `${most} at a time`);
      assert.ok(silent.accepted <= 128, `${silent.accepted} connections`);
      assert.match(error.message, /^None of the 3000 connections .*: timeout, \d+ not tried\)\. /);
      const untried = Number(/(\d+) not tried/.exec(error.message)?.[1]);
      assert.deepEqual([error.attempts, silent.requests.length], [3001 - untried, 3000 - untried]);
    });

    it("are told apart from those that were never asked", async () => {
      const silent = await serve(faults.hang());
      const { connections, connection, attempts } = await tryAll(many(200, silent.url), { timeout: 500 });
      const ends = connections.map(endOf);
      assert.equal(connection, null);
      assert.equal(ends.filter((end) => end === "timeout").length, attempts);
      assert.equal(ends.filter((end) => end === null).length, 200 - attempts);
      assert.ok(attempts >= 64 && attempts < 200 && silent.requests.length === attempts, `${attempts} attempts`);
    });

    it("are tried 64 at a time by all who ask a client, and each finds the one that answers", async () => {
      const slow = await serve(later(100, identityOf(machineIdentifier)));
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, slow.openSockets)), 1);
      const providers = Array.from({ length: 100 }, (_, index) => `provider://tv.plex.provider.${index}`);
      for (const each of providers) own.sources.set(each, listed(...many(8, slow.url)));
      const client = connect();
      const found = await Promise.all(providers.map((each) => client.getBestConnection(each)));
      clearInterval(watch);
      assert.ok(found.every(({ connection }) => connection.reachable));
      assert.ok(most > 0 && most <= 64, `${most} at a time`);
    });

    it("are not said to be down where there was no time to try them", async () => {
      const silent = await serve(faults.hang());
      const providers = Array.from({ length: 40 }, (_, index) => `provider://tv.plex.provider.${index}`);
      for (const each of providers) own.sources.set(each, listed(...many(8, silent.url)));
      const client = connect(1000);
      const errors = await Promise.all(providers.map((each) => rejectionOf(client.getBestConnection(each))));
      const waited = errors.filter(({ code }) => code === "timeout");
      assert.ok(waited.length > 0 && waited.length < 40, `${waited.length} waited`);
      assert.ok(waited.every(({ message }) => message.startsWith("The request found no turn in time")));
      assert.ok(errors.every(({ code }) => code === "timeout" || code === "no-connection"));
    });

    it("do not keep those farther off from being tried", async () => {
      const silent = await serve(faults.hang());
      own.sources.set(source, [
        ...listed(...many(500, silent.url)),
        { uri: good.url },
        { uri: silent.url, relay: true },
      ]);
      const { connection, connections } = await connect(1500).getBestConnection(source);
      assert.equal(connection.uri, good.url);
      assert.deepEqual(new Set(connections.map(endOf)), new Set(["timeout", null, true]));
    });

    it("are all tried where they fail at once", async () => {
      const lost = await serve(faults.status(404));
      own.sources.set(source, [...listed(...many(300, lost.url)), ...listed(good.url)]);
      const { connection } = await connect().getBestConnection(source);
      assert.equal(connection.uri, good.url);
      // The last ones may still have been out.
      assert.ok(lost.requests.length > 300 - 64, `${lost.requests.length} tried`);
    });

    it("are asked once where they lead to the same place", async () => {
      const before = good.requests.length;
      const progress: string[] = [];
      own.sources.set(source, [
        ...listed(...Array.from({ length: 200 }, () => `${good.url}/`)),
        { uri: good.url },
        { uri: good.url, relay: true },
      ]);
      const onProgress = (answered: number, total: number) => void progress.push(`${answered}/${total}`);
      const { connection, connections } = await connect().getBestConnection(source, { onProgress });
      assert.equal(good.requests.length - before, 1);
      assert.deepEqual(progress, ["1/1"]);
      assert.equal(connection.local, true);
      assert.equal(connections.length, 202);
      assert.ok(connections.every(({ reachable, latency }) => reachable === true && latency === connection.latency));
    });

    it("are named in the error as far as one can read", async () => {
      const hosts = Array.from({ length: 300 }, (_, index) => `http://${index}.${impossibleHost}:32400`);
      own.sources.set(source, listed(...hosts, ...hosts));
      const error = await rejectionOf(connect().getBestConnection(source));
      assert.match(error.message, /^None of the 600 connections .*: unreachable, and 280 more\)\. /);
      assert.equal(error.message.match(/32400: unreachable/g)?.length, 20);
      assert.equal(error.attempts, 301);
    });
  });
});

describe("the look-out for secrets", () => {
  const serve = recordingServers();
  const spellings: Readonly<Record<string, string>> = {
    plain: token,
    percent: `a=${encodeURIComponent(token)}`,
    "percent, every letter": Buffer.from(token).toString("hex").replace(/../g, "%$&"),
    Base64: Buffer.from(token).toString("base64"),
    "Base64 of a login": Buffer.from(`jo:${token}`).toString("base64"),
    "Base64 in a longer text": Buffer.from(`{"a":"${token}"}`).toString("base64url"),
    hex: Buffer.from(token).toString("hex").toUpperCase(),
    JSON: JSON.stringify({ token }),
  };
  for (const [name, spelling] of Object.entries(spellings)) {
    it(`finds one in any place of a request: ${name}`, async () => {
      const server = await serve(faults.json({}));
      await fetch(server.url, { method: "POST", body: `before ${spelling} behind` });
      assert.equal(server.requests[0]?.body, `before ${spelling} behind`);
      assert.throws(() => {
        assertUntold(server.bytes, [token], "it");
      }, /got a secret/);
    });
  }
});
