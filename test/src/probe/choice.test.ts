import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { certificates, faults } from "../../../simulator";
import { PlexClient, type PlexErrorCode, type ProbedConnection } from "../../../src";
import { connectionError } from "../../../src/http/connection-errors";
import { asPlexError } from "../../../src/own-fault";
import { noConnectionError } from "../../../src/probe/no-connection-error";
import { identityOf, later, RecordingMediaServer, recordingServers } from "../../../testing/http/recording-server";
import { rejectionOf } from "../../../testing/rejection";

const token = "canary-account-token";
const machineIdentifier = "0123456789abcdef".repeat(2);
const source = `server://${machineIdentifier}`;
const { ca, server: tls } = certificates();

describe("the choice among connections", () => {
  const serve = recordingServers();
  const clients: PlexClient[] = [];
  let own: RecordingMediaServer;

  beforeEach(async () => {
    own = await RecordingMediaServer.start(token);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await own.server.close();
  });

  const connect = (timeout = 8000): PlexClient => {
    const settings = { url: own.url, token, clientIdentifier: "test-client", timeout, retries: 0, tls: { ca } };
    const client = new PlexClient(settings);
    clients.push(client);
    return client;
  };

  const identity = identityOf(machineIdentifier);

  /** The server itself, at an address that is so many ms away. */
  const after = (ms: number) => serve(later(ms, identity));

  const local = ({ url: uri }: { url: string }) => ({ uri, local: true });
  const remote = ({ url: uri }: { url: string }) => ({ uri, local: false });
  const relay = ({ url: uri }: { url: string }) => ({ uri, local: false, relay: true });

  const choose = async (connections: readonly object[], timeout?: number) => {
    own.sources.set(source, connections);
    const start = Date.now();
    const { connection, connections: tried } = await connect(timeout).getBestConnection(source);
    const ends = Object.fromEntries(tried.map(({ uri, reachable, error }) => [uri, error ?? reachable]));
    return { chosen: connection.uri, ends, took: Date.now() - start };
  };

  it("waits for a slow local one although a remote one has answered", async () => {
    const [near, far] = [await after(400), await after(0)];
    const { chosen, ends, took } = await choose([remote(far), local(near)]);
    assert.deepEqual([chosen, ends], [near.url, { [near.url]: true, [far.url]: true }]);
    assert.ok(took >= 390 && took < 4000, `${took} ms`);
  });

  it("waits for slow https although http has answered, in the same network", async () => {
    const secure = await serve(later(400, identity), { tls });
    const plain = await after(0);
    const { chosen, ends } = await choose([local(plain), local(secure)]);
    assert.deepEqual([chosen, ends], [secure.url, { [secure.url]: true, [plain.url]: true }]);
  });

  it("prefers local http to remote https", async () => {
    const [near, far] = [await after(100), await serve(identity, { tls })];
    assert.equal((await choose([remote(far), local(near)])).chosen, near.url);
  });

  it("takes http where https has no chance, once that is known", async () => {
    const [broken, plain] = [await serve(faults.hang(), { tls }), await after(0)];
    const { chosen, ends, took } = await choose([local(broken), local(plain)], 500);
    assert.deepEqual([chosen, ends], [plain.url, { [broken.url]: "timeout", [plain.url]: true }]);
    assert.ok(took >= 490 && took < 2500, `${took} ms`);
  });

  it("takes the first to answer of equals, at once", async () => {
    const [slow, fast, silent] = [await after(5000), await after(50), await serve(faults.hang())];
    const { chosen, ends, took } = await choose([local(slow), local(silent), local(fast), remote(silent)]);
    assert.deepEqual([chosen, ends], [fast.url, { [slow.url]: null, [silent.url]: null, [fast.url]: true }]);
    assert.ok(took < 4000, `${took} ms`);
  });

  it("takes the faster of equals that answered while a better one was waited for", async () => {
    const [slow, fast] = [await after(250), await after(20)];
    const failing = await serve(later(600, faults.status(500)));
    const { chosen, ends } = await choose([remote(slow), remote(fast), local(failing)]);
    assert.deepEqual([chosen, ends], [fast.url, { [failing.url]: "server-error", [slow.url]: true, [fast.url]: true }]);
  });

  it("takes the relay as the last resort alone", async () => {
    const [through, far] = [await after(0), await after(300)];
    assert.equal((await choose([relay(through), remote(far)])).chosen, far.url);
    far.answer = faults.status(502);
    assert.equal(
      (await choose([relay(through), remote(far), { uri: far.url, local: true, relay: true }])).chosen,
      through.url,
    );
  });

  it("does not wait for the relay once anything else has answered", async () => {
    const [through, far] = [await serve(faults.hang()), await after(50)];
    const { chosen, ends } = await choose([relay(through), remote(far)]);
    assert.deepEqual([chosen, ends], [far.url, { [far.url]: true, [through.url]: null }]);
  });

  describe("for many who ask at once", () => {
    const burst = (client: PlexClient, of: string, count = 1000) =>
      Array.from({ length: count }, () => client.getBestConnection(of));

    it("is made once, and each gets an object of its own", async () => {
      const [good, lost] = [await after(50), await serve(faults.status(404))];
      own.sources.set(source, [local(good), local(lost), remote(lost)]);
      const found = await Promise.all(burst(connect(), source));
      assert.deepEqual([own.server.requests.length, good.requests.length, lost.requests.length], [1, 1, 1]);
      assert.ok(found.every(({ connection }) => connection.uri === good.url));
      for (const part of ["connections", "connection"] as const) {
        assert.equal(new Set(found.map((each) => each[part])).size, 1000);
      }
    });

    it("is nobody else's: what is done to one is done to no other, nor to another part of it", async () => {
      const good = await after(50);
      own.sources.set(source, [local(good)]);
      const [first, second] = await Promise.all(burst(connect(), source, 2));
      Object.assign(first!.connection, { uri: "spoiled" });
      Object.assign(second!, { name: "spoiled" });
      assert.deepEqual(
        [first!.connections[0]?.uri, first!.name, second!.connection.uri],
        [good.url, "Attic", good.url],
      );
    });

    it("is made once for each source, and with refresh by itself", async () => {
      const good = await after(50);
      const other = "provider://tv.plex.provider.vod";
      own.sources.set(source, [local(good)]).set(other, [remote(good)]);
      const client = connect();
      const refreshed = Array.from({ length: 10 }, () => client.getBestConnection(source, { refresh: true }));
      await Promise.all([...burst(client, source, 500), ...burst(client, other, 500), ...refreshed]);
      assert.equal(good.requests.length, 3);
      assert.deepEqual(
        own.server.requests.map(({ query }) => `${query.get("source") ?? ""} ${query.get("refresh") ?? "0"}`).sort(),
        [`${other} 0`, `${source} 0`, `${source} 1`],
      );
    });

    it("is made anew for who asks when it was over", async () => {
      const good = await after(0);
      own.sources.set(source, [local(good)]);
      const client = connect();
      for (let count = 0; count < 3; count += 1) await Promise.all(burst(client, source, 100));
      assert.deepEqual([own.server.requests.length, good.requests.length], [3, 3]);
    });

    it("fails with the same words for all, an error for each, and is made anew by the next", async () => {
      const server = await serve(faults.status(401));
      own.sources.set(source, [local(server)]);
      const client = connect();
      const errors = await Promise.all(burst(client, source).map(rejectionOf));
      assert.deepEqual([own.server.requests.length, server.requests.length], [1, 1]);
      assert.deepEqual(new Set(errors.map(({ code, attempts, message }) => `${code} ${attempts} ${message}`)).size, 1);
      assert.deepEqual([errors[0]?.code, errors[0]?.attempts, errors[0]?.retryable], ["no-connection", 2, true]);
      assert.equal(new Set(errors).size, 1000);
      server.answer = identity;
      assert.equal((await client.getBestConnection(source)).connection.uri, server.url);
    });

    it("is not taken from the others by one who leaves, not even by the first", async () => {
      const good = await after(300);
      own.sources.set(source, [local(good)]);
      const client = connect();
      const leaving = new AbortController();
      const left = [1, 2].map(() => rejectionOf(client.getBestConnection(source, { signal: leaving.signal })));
      const stay = burst(client, source, 10);
      setTimeout(() => {
        leaving.abort();
      }, 100);
      assert.deepEqual(
        (await Promise.all(left)).map(({ code }) => code),
        ["cancelled", "cancelled"],
      );
      assert.ok((await Promise.all(stay)).every(({ connection }) => connection.uri === good.url));
      assert.equal(good.requests.length, 1);
    });

    it("ends as cancelled for each when the client is closed, and no connection stays", async () => {
      const silent = await serve(faults.hang());
      own.sources.set(source, [local(silent), remote(silent)]);
      const client = connect();
      const asked = burst(client, source).map(rejectionOf);
      while (silent.openSockets === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      client.close();
      const errors = await Promise.all(asked);
      assert.ok(errors.every(({ code }) => code === "cancelled"));
      assert.equal(new Set(errors).size, 1000);
      while (silent.openSockets + own.server.openSockets > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });
  });
});

describe("no-connection", () => {
  const failed = (uri: string, error: PlexErrorCode, local = true): ProbedConnection => {
    const { protocol, hostname: address, port } = new URL(uri);
    const place = { uri, protocol: protocol.slice(0, -1) as "http", address, port: Number(port), local, relay: false };
    return { ...place, reachable: false, error };
  };

  const docker = failed("https://172-17-0-2.0123abcd.plex.direct:32400", "timeout");
  const inDocker = { ...docker, address: "172.17.0.2" };
  const remote = failed("http://203.0.113.7:32400", "timeout", false);
  const causes: Readonly<Record<string, readonly [readonly ProbedConnection[], RegExp]>> = {
    "Docker's address": [[inDocker], /inside Docker/],
    "Docker's address in the near network, whatever is far off": [[inDocker, remote], /inside Docker/],
    "an address of Docker's and a better one": [
      [inDocker, failed("http://10.0.0.2:1", "timeout")],
      /Remote Access is on/,
    ],
    "far addresses alone": [[remote], /firewall or VLAN/],
    "names that are not found": [
      [failed("https://10-0-0-2.0123abcd.plex.direct:32400", "unreachable")],
      /DNS rebinding/,
    ],
    "a name of Docker's, which leads nowhere even where it is found": [
      [{ ...docker, error: "unreachable" }, remote],
      /inside Docker/,
    ],
    "a name of Docker's beside a far address": [
      [{ ...inDocker, error: "unreachable" }, failed("http://10.0.0.2:1", "unreachable")],
      /Remote Access is on/,
    ],
    "a certificate": [[failed("https://10.0.0.2:32400", "tls"), remote], /certificate is for its plex\.direct name/],
    "nothing to try": [[], /^See whether the server is running and signed in/],
  };
  for (const [name, [connections, hint]] of Object.entries(causes)) {
    it(`hints at the cause: ${name}`, () => {
      assert.match(noConnectionError(connections, 1).hint, hint);
    });
  }

  it("says of a limit of this machine that it is one, and tells a fault of our own as that", () => {
    const full = connectionError({ code: "EMFILE" }, { host: "", secure: false, proxied: false }, false);
    const told = noConnectionError([{ ...docker, error: "unreachable" }, remote], 3, [full]);
    assert.deepEqual([told.code, told.detail, told.attempts], ["no-connection", "this-machine", 3]);
    assert.match(told.hint, /raise the limit/);
    const fault = noConnectionError([remote], 2, [full, asPlexError(new TypeError("canary"))]);
    assert.deepEqual([fault.code, fault.detail, fault.attempts], ["invalid-response", "own-fault", 2]);
  });

  it("names what was tried without what an address may hold besides", () => {
    const tried = [failed("http://jo:s3cret@10.0.0.2:1/path?X-Plex-Token=mine", "timeout")];
    const { message, attempts } = noConnectionError(tried, 2);
    assert.match(message, /^The only connection of this source did not answer \(http:\/\/10\.0\.0\.2:1: timeout\)\. /);
    assert.equal(attempts, 2);
  });
});
