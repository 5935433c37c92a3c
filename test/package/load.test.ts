import assert from "node:assert/strict";
import { faults, type Simulator } from "../../simulator";
import type { NodeRedProcess } from "../../testing/node-red/process";
import {
  burst,
  quietLog,
  readHoldings,
  readMemory,
  readTally,
  untilAllCame,
  type Tally,
} from "../../testing/node-red/load";
import { counted, everyKind, kinds } from "../../testing/node-red/counted-flows";
import { requestNode, server, tab, tokenNode, type Properties } from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const many = 10_000;
const all = [...kinds, "request"];
/** Connections that one plex-config node opens at most. */
const mostConnections = 32;
/** Bytes by which the heap may be larger when all messages are gone: a message that is kept takes some thousand. */
const heapTolerance = 4 * 1024 * 1024;

onEachRuntime("package: thousands of messages at once", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;
  let heapAtRest: number;
  let mostSockets: number;

  /** By default, patience for as long as a slow machine needs for all of them. */
  const deploy = (properties: Properties = {}) =>
    nodeRed.deploy([
      tab,
      server(simulator.url, simulator.token, { timeout: 60_000, ...properties }),
      ...everyKind({ server: "server" }),
      ...counted(requestNode()),
    ]);

  const send = (nodes: readonly string[], count = many) =>
    burst(nodeRed, nodes, { count, msg: { payload: { source: simulator.sharedServer } } });

  before(async () => {
    simulator = await simulate();
    // Loopback alone: the other connections would be looked up and dialled.
    const [, real] = simulator.connections("shared");
    simulator.setConnections("shared", [real!]);
    nodeRed = await start({ settings: quietLog });
    await deploy();
    // What the first messages load and compile is no leak.
    await send(all, 1_000);
    await untilAllCame(nodeRed);
    heapAtRest = (await readMemory(nodeRed)).heapUsed;
  });

  beforeEach(() => {
    simulator.requests.length = 0;
    mostSockets = 0;
    const watch = (_req: unknown, _res: unknown, proceed: () => void) => {
      mostSockets = Math.max(mostSockets, simulator.openSockets("own"));
      proceed();
    };
    simulator.fault(watch, { server: "own", times: Infinity });
  });

  afterEach(() => {
    simulator.clearFaults();
    assert.doesNotMatch(nodeRed.log, /MaxListenersExceeded/);
  });

  const expectAllOnce = (tally: Tally, outcomes: Tally["outcomes"]) => {
    assert.deepEqual(tally.outcomes, outcomes);
    const { sent, came, done, cameTwice, doneTwice, strays, late } = tally;
    assert.deepEqual({ came, done, cameTwice, doneTwice }, { came: sent, done: sent, cameTwice: 0, doneTwice: 0 });
    assert.deepEqual({ strays, late }, { strays: 0, late: 0 });
    // Generous: a blocked Node-RED would be noticed by people long before.
    assert.ok(tally.longestLag < 5_000, `The event loop was blocked for ${tally.longestLag} ms.`);
  };

  /** Each node has a controller for its end, and the client one for its requests; messages leave none behind. */
  const expectNothingKept = async (flowNodes: number = all.length) => {
    const { controllers, clients } = await readHoldings(nodeRed);
    assert.deepEqual({ controllers, clients }, { controllers: flowNodes + 1, clients: 1 });
    const grown = (await readMemory(nodeRed)).heapUsed - heapAtRest;
    assert.ok(grown < heapTolerance, `The heap has grown by ${grown} bytes.`);
  };

  /** How often each path was asked for. */
  const asked = () => {
    const counts: Record<string, number> = {};
    for (const { path } of simulator.requests) counts[path] = (counts[path] ?? 0) + 1;
    return counts;
  };

  const expectedRequests = {
    token: { "/security/token": many },
    source: { "/security/resources": many },
    request: { "/library/sections": many },
  };

  for (const kind of ["token", "source", "request"] as const) {
    it(`come out of the ${kind} node once each, by ${mostConnections} connections`, async () => {
      await send([kind]);
      expectAllOnce(await untilAllCame(nodeRed, 50_000), { [`${kind} success ok`]: many });
      assert.deepEqual(asked(), expectedRequests[kind]);
      assert.equal(mostSockets, mostConnections);
      await expectNothingKept();
    });
  }

  it("lead to one request where a token may be given out again", async () => {
    // A new node, for the other one has a token already.
    await deploy();
    await send(["reused"]);
    expectAllOnce(await untilAllCame(nodeRed), { "reused success ok": many });
    assert.deepEqual(asked(), { "/security/token": 1 });
  });

  it("share one request, and one round of trying connections, for the same source", async () => {
    await send(["probed"]);
    expectAllOnce(await untilAllCame(nodeRed), { "probed success ok": many });
    assert.deepEqual(asked(), { "/security/resources": 1, "/identity": 1 });
    await expectNothingKept();
  });

  it("come out once each where nodes of every kind share a server", async () => {
    await deploy();
    await send(all);
    const each = many / all.length;
    expectAllOnce(
      await untilAllCame(nodeRed, 50_000),
      Object.fromEntries(all.map((kind) => [`${kind} success ok`, each])),
    );
    const askedOnce = { "/security/token": each + 1, "/security/resources": each + 1, "/identity": 1 };
    assert.deepEqual(asked(), { ...askedOnce, "/library/sections": each });
    assert.equal(mostSockets, mostConnections);
    await expectNothingKept();
  });

  it("end as timeout once each when the server never answers, and are not kept", async () => {
    await deploy({ timeout: 1_000 });
    simulator.clearFaults();
    simulator.fault(faults.hang(), { times: Infinity });
    await send(["token"]);
    expectAllOnce(await untilAllCame(nodeRed), { "token error timeout": many });
    assert.equal(asked()["/security/token"], mostConnections);
    await expectNothingKept();
    assert.equal(simulator.openSockets(), 0);
  });

  it("end as timeout only where a slow server has not come to them", async () => {
    await deploy({ timeout: 1_500 });
    simulator.clearFaults();
    simulator.fault(faults.delay(100), { times: Infinity });
    await send(["source"], 2_000);
    const tally = await untilAllCame(nodeRed);
    const answered = tally.outcomes["source success ok"]!;
    expectAllOnce(tally, { "source success ok": answered, "source error timeout": 2_000 - answered });
    // 32 at a time and ten times a second; half of it on a slow machine.
    assert.ok(answered > 240, `Only ${answered} were answered.`);
    // Whoever had a turn has kept it until the answer came.
    assert.deepEqual(asked(), { "/security/resources": answered });
    await expectNothingKept();
  });

  it("get through a crash of the server and its start", async () => {
    const [count, before] = [3_000, 500];
    const crashing = await simulate();
    const { token, url } = crashing;
    await nodeRed.deploy([tab, server(url, token, { timeout: 60_000, retries: 5 }), ...counted(tokenNode())]);
    await send(["token"], count);
    await nodeRed.until(() => crashing.requests.length >= before, "the first requests");
    await crashing.close();
    const { came } = await readTally(nodeRed);
    assert.ok(came < count);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const restarted = await simulate({ port: Number(new URL(url).port), token });
    expectAllOnce(await untilAllCame(nodeRed, 50_000), { "token success ok": count });
    // A token that the crash cut off was asked for again.
    const requests = crashing.requests.length + restarted.requests.length;
    assert.ok(requests >= count && requests <= count + mostConnections, `${requests} requests`);
    await expectNothingKept(1);
  });
});
