import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { PlexClient } from "../../../src";
import { certificates, faults, startSimulator, type Simulator } from "../../../simulator";
import { noConnectionError } from "../../../src/probe/no-connection-error";
import { rejectionOf } from "../../../testing/rejection";

const token = "canary-account-token";

describe("the best connection of a source", () => {
  let simulator: Simulator;
  let client: PlexClient;

  beforeEach(async () => {
    simulator = await startSimulator({ token });
    client = new PlexClient({ url: simulator.url, token, clientIdentifier: "test-client", timeout: 1000, retries: 0 });
  });

  afterEach(async () => {
    client.close();
    await simulator.close();
  });

  /** A connection as /security/resources tells it. */
  function at(url: string, local = true, relay = false) {
    const { protocol, hostname, port } = new URL(url);
    return { protocol: protocol.slice(0, -1) as "http", address: hostname, uri: url, port: Number(port), local, relay };
  }

  const dead = "http://127.0.0.1:1";

  it("is the first in order that answers as the server that was asked for", async () => {
    simulator.setConnections("shared", [
      at(simulator.sharedUrl, false),
      at(dead),
      at(simulator.url),
      at(simulator.sharedUrl, false, true),
    ]);
    const { connection, connections } = await client.getBestConnection(simulator.sharedServer);
    assert.deepEqual([connection.uri, connection.local, connection.reachable], [simulator.sharedUrl, false, true]);
    assert.equal(typeof connection.latency, "number");
    assert.deepEqual(
      connections.slice(0, 3).map(({ reachable, error }) => [reachable, error]),
      [
        [false, "unreachable"],
        [false, "invalid-response"],
        [true, undefined],
      ],
    );
  });

  it("sends no token to any of them", async () => {
    simulator.setConnections("shared", [at(simulator.url), at(simulator.sharedUrl)]);
    await client.getBestConnection(simulator.sharedServer);
    const probes = simulator.requests.filter(({ path }) => path === "/identity");
    assert.ok(probes.length >= 1);
    for (const { rawHeaders, url, headers } of probes) {
      assert.doesNotMatch(`${rawHeaders.join()} ${url}`, /canary|transient|x-plex-token/i);
      assert.equal(headers["x-plex-client-identifier"], "test-client");
    }
  });

  it("does not wait for those that could not be better", async () => {
    simulator.fault(faults.hang(), { server: "own", path: "/identity", times: Infinity });
    simulator.setConnections("shared", [at(simulator.sharedUrl), at(simulator.url, false)]);
    const start = Date.now();
    const { connection, connections } = await client.getBestConnection(simulator.sharedServer);
    assert.ok(Date.now() - start < 800);
    assert.equal(connection.uri, simulator.sharedUrl);
    assert.equal(connections[1]?.reachable, null);
  });

  it("waits for a better one that is slow, and at most as long as the timeout", async () => {
    simulator.fault(faults.delay(200), { server: "shared", path: "/identity" });
    simulator.setConnections("shared", [at(simulator.sharedUrl), at(simulator.sharedUrl, false)]);
    assert.equal((await client.getBestConnection(simulator.sharedServer)).connection.local, true);
    simulator.fault(faults.hang(), { server: "own", path: "/identity" });
    simulator.setConnections("shared", [at(simulator.url), at(simulator.sharedUrl, false)]);
    const { connection, connections } = await client.getBestConnection(simulator.sharedServer);
    assert.equal(connection.local, false);
    assert.equal(connections[0]?.error, "timeout");
  });

  it("takes any HTTP answer for a provider", async () => {
    simulator.fault(faults.status(404), { server: "provider", path: "/identity" });
    const { connection } = await client.getBestConnection(simulator.provider);
    assert.equal(connection.reachable, true);
  });

  it("is none when nobody answers: no-connection tells what was tried", async () => {
    simulator.setConnections("shared", [at(dead), at(simulator.url, false)]);
    const error = await rejectionOf(client.getBestConnection(simulator.sharedServer));
    assert.deepEqual([error.code, error.retryable, error.attempts], ["no-connection", true, 3]);
    const address = simulator.url.replace(/^http:\/\//, "");
    assert.ok(error.message.includes(`127.0.0.1:1: unreachable, http://${address}: invalid-response`), error.message);
    assert.match(error.hint, /Remote Access is on/);
  });

  const causes: readonly (readonly [string, string, RegExp])[] = [
    ["Docker's addresses", "http://172.17.0.2:32400", /Docker/],
    ["names that DNS does not give", "https://10-0-0-1.0123456789abcdef.plex.direct:32400", /DNS rebinding/],
  ];
  for (const [name, url, hint] of causes) {
    it(`knows ${name} when nobody answers`, () => {
      assert.match(noConnectionError([{ ...at(url), reachable: false, error: "unreachable" }], 2).hint, hint);
    });
  }

  it("tells a certificate from a dead server", async () => {
    const secure = await startSimulator({ tls: certificates().server });
    simulator.setConnections("shared", [at(secure.url)]);
    assert.match((await rejectionOf(client.getBestConnection(simulator.sharedServer))).hint, /certificate/);
    await secure.close();
  });

  it("takes more connections than Node.js takes for a leak", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    simulator.setConnections(
      "shared",
      Array.from({ length: 30 }, () => at(simulator.sharedUrl)),
    );
    await client.getBestConnection(simulator.sharedServer);
    process.off("warning", listen);
    assert.deepEqual(warnings, []);
  });

  it("is no-connection without any connection", async () => {
    simulator.setConnections("shared", []);
    const error = await rejectionOf(client.getBestConnection(simulator.sharedServer));
    assert.deepEqual([error.code, error.attempts], ["no-connection", 1]);
  });

  it("is found once for all who ask meanwhile, and each gets an object of its own", async () => {
    const asked = Array.from({ length: 50 }, () => client.getBestConnection(simulator.sharedServer));
    const found = await Promise.all(asked);
    assert.equal(simulator.requests.filter(({ path }) => path === "/security/resources").length, 1);
    assert.equal(new Set(found).size, 50);
    assert.equal(new Set(found.map(({ connections }) => connections)).size, 50);
  });

  it("shows progress to all who wait for it, and to nobody who has left", async () => {
    simulator.setConnections("shared", [at(dead), at(simulator.sharedUrl)]);
    const controller = new AbortController();
    const { signal } = controller;
    const seen: string[][] = [[], [], []];
    const calls = seen.map((mine, place) => {
      const onProgress = (answered: number, total: number) => void mine.push(`${answered}/${total}`);
      return client.getBestConnection(simulator.sharedServer, { onProgress, ...(place === 0 && { signal }) });
    });
    controller.abort();
    await Promise.allSettled(calls);
    assert.deepEqual(seen, [[], ["1/2", "2/2"], ["1/2", "2/2"]]);
  });

  it("is none after as many attempts as were made, those for the connections with them", async () => {
    const patient = new PlexClient({ url: simulator.url, token, clientIdentifier: "test-client", retries: 1 });
    simulator.setConnections("shared", [at(dead), at(dead), at("http://127.0.0.1:2")]);
    simulator.fault(faults.status(503), { path: "/security/resources" });
    const error = await rejectionOf(patient.getBestConnection(simulator.sharedServer));
    patient.close();
    assert.deepEqual([error.code, error.attempts], ["no-connection", 4]);
  });

  it("is cancelled after as many attempts as failed or were answered, for all who wait", async () => {
    simulator.setConnections("shared", [at(dead), at(simulator.sharedUrl)]);
    simulator.fault(faults.hang(), { server: "shared", path: "/identity" });
    const controller = new AbortController();
    let answered = 0;
    const options = { signal: controller.signal, onProgress: (count: number) => void (answered = count) };
    const calls = [1, 2].map(() => rejectionOf(client.getBestConnection(simulator.sharedServer, options)));
    for (let i = 0; i < 400 && answered === 0; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    const told = (await Promise.all(calls)).map(({ code, attempts }) => [code, attempts]);
    assert.deepEqual(told, [
      ["cancelled", 2],
      ["cancelled", 2],
    ]);
  });

  it("is cancelled for one who leaves after as many, while another waits on", async () => {
    simulator.setConnections("shared", [at(dead), at(simulator.sharedUrl)]);
    simulator.fault(faults.delay(300), { server: "shared", path: "/identity" });
    const controller = new AbortController();
    let answered = 0;
    const onProgress = (count: number) => void (answered = count);
    const { signal } = controller;
    const leaves = rejectionOf(client.getBestConnection(simulator.sharedServer, { signal, onProgress }));
    const stays = client.getBestConnection(simulator.sharedServer);
    for (let i = 0; i < 400 && answered === 0; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    assert.equal((await leaves).attempts, 2);
    assert.equal((await stays).connection.uri, simulator.sharedUrl);
  });

  it("shows progress, and can be cancelled", async () => {
    const progress: string[] = [];
    simulator.setConnections("shared", [at(dead), at(simulator.sharedUrl)]);
    const onProgress = (answered: number, total: number) => progress.push(`${answered}/${total}`);
    await client.getBestConnection(simulator.sharedServer, { onProgress: (...args) => void onProgress(...args) });
    assert.deepEqual(progress, ["1/2", "2/2"]);
    simulator.fault(faults.hang(), { server: "shared", path: "/identity" });
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 50);
    const { signal } = controller;
    assert.equal((await rejectionOf(client.getBestConnection(simulator.sharedServer, { signal }))).code, "cancelled");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(simulator.openSockets("shared"), 0);
  });
});
