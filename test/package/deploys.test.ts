import assert from "node:assert/strict";
import { faults, type Simulator } from "../../simulator";
import type { DeployType, FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import { catchAll, probed, server, sourceNode, tab, tokenNode, withoutCredentials } from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const ids = ["token", "source", "unwired-token", "unwired-source"];

onEachRuntime("package: deploys with requests in flight", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;

  before(async () => {
    simulator = await simulate();
    nodeRed = await start();
  });

  afterEach(() => {
    simulator.clearFaults();
  });

  const flows = (): FlowNode[] => [
    tab,
    server(simulator.url, simulator.token, { timeout: 30_000, retries: 3 }),
    ...probed(tokenNode({ id: "token" })),
    ...probed(sourceNode({ id: "source" })),
    ...probed(tokenNode({ id: "unwired-token" }), "catch"),
    ...probed(sourceNode({ id: "unwired-source" }), "catch"),
    ...catchAll(),
  ];

  const changed = (id: string, properties: object): FlowNode[] =>
    withoutCredentials(flows()).map((node) => (node.id === id ? { ...node, ...properties } : node));

  const without = (...gone: string[]): FlowNode[] => withoutCredentials(flows()).filter(({ id }) => !gone.includes(id));

  /** Two messages to each node, whose requests have all reached the server. */
  const ask = async () => {
    const before = simulator.requests.length;
    for (const id of ids) {
      for (const topic of ["one", "two"]) {
        await nodeRed.inject(id, { topic, payload: { source: simulator.sharedServer } });
      }
    }
    await nodeRed.until(() => simulator.requests.length >= before + 2 * ids.length, "the requests");
  };

  const deployInFlight = async (next: readonly FlowNode[], type: DeployType) => {
    await nodeRed.deploy(flows());
    simulator.fault(faults.hang(), { times: Infinity });
    await ask();
    nodeRed.messages.length = 0;
    await nodeRed.deploy(next, type);
    assert.ok(nodeRed.stoppingTime < 1000, `stopping took ${nodeRed.stoppingTime} ms`);
    simulator.clearFaults();
  };

  const expectNoSockets = () => nodeRed.until(() => simulator.openSockets() === 0, "the end of the connections", 1000);

  /** What a node made of its messages: where they came out, their topics, and the codes of their errors. */
  const outcomesOf = (id: string) =>
    nodeRed.messages
      .map(({ probe, msg }) => ({
        probe,
        topic: msg.topic,
        error: msg.error as { code: string; source: { id: string } },
      }))
      .filter(({ probe, error }) => (probe === "caught" ? error.source.id === id : probe.startsWith(`${id} `)))
      .map(({ probe, topic, error }) => `${probe}: ${String(topic)} ${error.code}`)
      .sort();

  const expectCancelled = async (...cancelled: string[]) => {
    await nodeRed.until(() => nodeRed.messages.length >= 2 * cancelled.length, "the cancelled messages");
    for (const id of cancelled) {
      const probe = id.startsWith("unwired") ? "caught" : `${id} error`;
      assert.deepEqual(outcomesOf(id), [`${probe}: one cancelled`, `${probe}: two cancelled`]);
    }
    assert.equal(nodeRed.messages.length, 2 * cancelled.length);
  };

  const expectWorking = async () => {
    nodeRed.messages.length = 0;
    await nodeRed.deploy(flows());
    await ask();
    await nodeRed.until(() => nodeRed.messages.length === 2 * ids.length, "the results");
    assert.ok(nodeRed.messages.every(({ probe }) => probe.endsWith(" success")));
  };

  for (const type of ["full", "reload", "flows"] as const) {
    // What these deploys stop, they stop together: Node-RED delivers nothing to nodes that are gone.
    it(`${type}: closes at once, and no connection stays`, async () => {
      await deployInFlight(changed("server", { name: "another name" }), type);
      await expectNoSockets();
      await expectWorking();
    });
  }

  it("nodes, the plex-config node changed: every message ends as cancelled", async () => {
    await deployInFlight(changed("server", { timeout: 20_000 }), "nodes");
    await expectCancelled(...ids);
    await expectNoSockets();
    await expectWorking();
  });

  it("nodes, one node changed: its messages end as cancelled, the others go on", async () => {
    await deployInFlight(changed("token", { property: "payload.token" }), "nodes");
    await expectCancelled("token");
    assert.equal(simulator.openSockets(), 6);
    await nodeRed.deploy([tab]);
    await expectNoSockets();
  });

  it("nodes, all nodes of ours removed", async () => {
    await deployInFlight(without("server", ...ids), "nodes");
    await expectCancelled(...ids);
    await expectNoSockets();
    await expectWorking();
  });

  it("nodes, one node disabled", async () => {
    await deployInFlight(changed("token", { d: true }), "nodes");
    await expectCancelled("token");
    await nodeRed.deploy([tab]);
    await expectNoSockets();
  });

  it("nodes, the plex-config node disabled", async () => {
    await deployInFlight(changed("server", { d: true }), "nodes");
    await expectCancelled(...ids);
    await expectNoSockets();
    await expectWorking();
  });

  it("flows, the tab disabled", async () => {
    await deployInFlight(changed("tab", { disabled: true }), "flows");
    await nodeRed.deploy([tab]);
    await expectNoSockets();
    await expectWorking();
  });

  it("while a retry waits for its time", async () => {
    await nodeRed.deploy(flows());
    simulator.fault(faults.status(503, { retryAfter: 20 }), { times: Infinity });
    await ask();
    nodeRed.messages.length = 0;
    await nodeRed.deploy(changed("server", { timeout: 20_000 }), "nodes");
    assert.ok(nodeRed.stoppingTime < 1000);
    await expectCancelled(...ids);
    await expectNoSockets();
  });

  it("while more messages wait than connections are open at once", async () => {
    await nodeRed.deploy(flows());
    simulator.fault(faults.hang(), { times: Infinity });
    nodeRed.messages.length = 0;
    for (let count = 0; count < 50; count += 1) await nodeRed.inject("token", { topic: count });
    await nodeRed.until(() => simulator.openSockets() >= 32, "the connections");
    await nodeRed.deploy(changed("server", { timeout: 20_000 }), "nodes");
    assert.ok(nodeRed.stoppingTime < 1000);
    await nodeRed.until(() => nodeRed.messages.length === 50, "the cancelled messages");
    assert.ok(outcomesOf("token").every((outcome) => /^token error: \d+ cancelled$/.test(outcome)));
    await expectNoSockets();
  });

  it("20 times over leave no connection, timer or listener behind", async () => {
    await nodeRed.deploy([tab]);
    const count = async () => (await nodeRed.resources()).length;
    const atRest = await count();
    for (let round = 0; round < 20; round += 1) {
      await nodeRed.deploy(flows(), round % 2 === 0 ? "full" : "nodes");
      if (round % 4 === 3) simulator.fault(faults.hang(), { times: 2 * ids.length });
      nodeRed.messages.length = 0;
      await ask();
      if (round % 4 !== 3) await nodeRed.until(() => nodeRed.messages.length === 2 * ids.length, "the results");
      assert.ok(simulator.openSockets() <= 2 * ids.length);
    }
    await nodeRed.deploy([tab]);
    await expectNoSockets();
    // A few may be on their way out: the test's own connections to the admin API, Node-RED's timers.
    assert.ok((await count()) <= atRest + 3);
    assert.doesNotMatch(nodeRed.log, /MaxListenersExceeded|Close timed out|Error stopping node/);
  });

  it("and the end of Node-RED itself is not held up", async () => {
    const other = await start();
    await other.deploy(flows());
    const before = simulator.requests.length;
    simulator.fault(faults.hang(), { times: Infinity });
    await other.inject("token", {});
    await other.until(() => simulator.requests.length > before, "the request");
    const begin = Date.now();
    await other.stop();
    assert.ok(Date.now() - begin < 3000);
    assert.equal(simulator.openSockets(), 0);
  });
});
