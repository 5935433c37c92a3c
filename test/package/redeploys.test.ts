import assert from "node:assert/strict";
import { faults, type Simulator } from "../../simulator";
import type { DeployType, FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import {
  burst,
  quietLog,
  readHoldings,
  readMemory,
  untilAllCame,
  untilAllDone,
  type Tally,
} from "../../testing/node-red/load";
import { counted, everyKind, kinds } from "../../testing/node-red/counted-flows";
import {
  probed,
  requestNode,
  server,
  sourceNode,
  tab,
  tokenNode,
  withoutCredentials,
} from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const many = 1_200;
/** Connections that one plex-config node opens at most. */
const mostConnections = 32;
const rounds = 100;
/** What plex-source-connection told of a friend's server, for a node that asks it. */
type Friend = Readonly<Record<"accessToken" | "connections", unknown>>;
/** Bytes by which the heap may grow in all those rounds: a client that is kept takes more than that in one. */
const heapTolerance = 2 * 1024 * 1024;

onEachRuntime("package: deploys under load", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;
  let friend: Friend;

  before(async () => {
    simulator = await simulate();
    const [, real] = simulator.connections("shared");
    simulator.setConnections("shared", [real!]);
    nodeRed = await start({ settings: quietLog });
    await nodeRed.deploy([tab, server(simulator.url, simulator.token), ...probed(sourceNode())]);
    await nodeRed.inject("source", { payload: { source: simulator.sharedServer } });
    const { msg } = await nodeRed.until(() => nodeRed.messagesAt("source success")[0], "the friend's server");
    friend = msg["payload"] as Friend;
  });

  afterEach(() => {
    simulator.clearFaults();
    assert.doesNotMatch(nodeRed.log, /MaxListenersExceeded|Close timed out|Error stopping node/);
  });

  const flows = (): FlowNode[] => [
    tab,
    server(simulator.url, simulator.token, { timeout: 30_000, retries: 3 }),
    ...counted(tokenNode()),
    ...counted(sourceNode()),
    ...counted(requestNode()),
  ];

  const changed = (id: string, properties: object): FlowNode[] =>
    withoutCredentials(flows()).map((node) => (node.id === id ? { ...node, ...properties } : node));

  const without = (gone: string): FlowNode[] => withoutCredentials(flows()).filter(({ id }) => id !== gone);

  const send = (to: NodeRedProcess, nodes: readonly string[], count: number, whenStopping = 0) =>
    burst(to, nodes, { count, whenStopping, msg: { payload: { source: simulator.sharedServer }, friend } });

  /** A thousand messages that wait for an answer: as many as can be at the server, the others in line. */
  const hang = async (to: NodeRedProcess, nodes: readonly string[]) => {
    const before = simulator.requests.length;
    simulator.fault(faults.hang(), { times: Infinity });
    await send(to, nodes, many);
    await to.until(() => simulator.requests.length >= before + mostConnections, "the requests");
    assert.equal(simulator.openSockets(), mostConnections);
  };

  /** Leaves the first requests without an answer; settles when as many as wanted have come. */
  const hangFirst = (hanging: number, wanted: number): Promise<void> =>
    new Promise((resolve) => {
      let came = 0;
      const answerLater = (_req: unknown, _res: unknown, proceed: () => void) => {
        came += 1;
        if (came > hanging) proceed();
        if (came === wanted) resolve();
      };
      simulator.fault(answerLater, { server: "own", times: Infinity });
    });

  const expectNoSockets = () => nodeRed.until(() => simulator.openSockets() === 0, "the end of the connections", 1000);

  const expectDoneOnce = (tally: Tally) => {
    const { sent, done, doneTwice, cameTwice, strays, late } = tally;
    assert.deepEqual(
      { sent, done, doneTwice, cameTwice, strays, late },
      { sent: many, done: many, doneTwice: 0, cameTwice: 0, strays: 0, late: 0 },
    );
  };

  const deployUnderLoad = async (next: readonly FlowNode[], type: DeployType, nodes: readonly string[]) => {
    await nodeRed.deploy(flows());
    await hang(nodeRed, nodes);
    await nodeRed.deploy(next, type);
    assert.ok(nodeRed.stoppingTime < 1000, `stopping took ${nodeRed.stoppingTime} ms`);
    // By the time at which Node-RED takes the nodes for stopped, not some time later.
    expectDoneOnce(nodeRed.tallyOfLastStop as Tally);
    simulator.clearFaults();
    await expectNoSockets();
  };

  const each = ["token", "source", "request"];

  for (const [title, type, next] of [
    ["full", "full", () => changed("server", { name: "another name" })],
    ["reload", "reload", () => withoutCredentials(flows())],
    ["flows", "flows", () => changed("server", { name: "another name" })],
    ["flows, the tab disabled", "flows", () => changed("tab", { disabled: true })],
  ] as const) {
    // What these deploys stop, they stop together: Node-RED delivers nothing to nodes that are gone.
    it(`${title}: every message is done when the nodes are closed`, async () => {
      await deployUnderLoad(next(), type, each);
    });
  }

  for (const [title, nodes, next] of [
    ["the plex-config node changed", each, () => changed("server", { timeout: 20_000 })],
    ["the plex-config node deleted", each, () => without("server")],
    ["one node changed", ["token"], () => changed("token", { property: "payload.token" })],
    ["one node deleted", ["source"], () => without("source")],
    ["one request changed", ["request"], () => changed("request", { method: "POST" })],
  ] as const) {
    it(`nodes, ${title}: every message comes out as cancelled`, async () => {
      await deployUnderLoad(next(), "nodes", nodes);
      const { outcomes } = await untilAllCame(nodeRed);
      assert.deepEqual(outcomes, Object.fromEntries(nodes.map((id) => [`${id} error cancelled`, many / nodes.length])));
    });
  }

  it("nodes, one node changed: so does what arrives while it closes", async () => {
    await nodeRed.deploy(flows());
    simulator.fault(faults.hang(), { times: Infinity });
    await send(nodeRed, ["token"], 4, 4);
    await nodeRed.until(() => simulator.openSockets() === 4, "the requests");
    const before = simulator.requests.length;
    await nodeRed.deploy(changed("token", { property: "payload.token" }), "nodes");
    const { sent, done } = nodeRed.tallyOfLastStop as Tally;
    assert.deepEqual([sent, done], [8, 8]);
    const { outcomes, late } = await untilAllCame(nodeRed);
    assert.deepEqual([outcomes, late], [{ "token error cancelled": 8 }, 0]);
    assert.equal(simulator.requests.length, before);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`${signal} ends every message, and the process`, async () => {
      const other = await start({ settings: quietLog });
      await other.deploy(flows());
      await hang(other, each);
      const begin = Date.now();
      await other.stop(signal);
      assert.ok(Date.now() - begin < 3000);
      assert.equal(other.ending, "exit code 0");
      assert.ok(other.stoppingTime < 1000, `stopping took ${other.stoppingTime} ms`);
      expectDoneOnce(other.tallyOfLastStop as Tally);
      assert.equal(simulator.openSockets(), 0);
    });
  }

  it(`${rounds} of them leave nothing behind`, async function () {
    this.timeout(120_000);
    const all = [
      tab,
      server(simulator.url, simulator.token, { timeout: 30_000, retries: 3 }),
      ...everyKind(),
      ...counted(requestNode({ all: true, path: "/library/sections/1/all" })),
      ...counted(requestNode({ id: "via", via: "friend" })),
    ];
    await nodeRed.deploy(all);
    const withoutSecrets = withoutCredentials(all);
    const change = (round: number) =>
      withoutSecrets.map((node) => (node.id === "server" ? { ...node, name: `round ${round}` } : node));
    const types = ["full", "nodes", "flows", "reload"] as const;

    /** Each with messages on their way: some at the server, some in line, some whose answers have come. */
    const redeploy = async (from: number, to: number) => {
      for (let round = from; round < to; round += 1) {
        const reached = hangFirst(4, 8);
        await send(nodeRed, [...kinds, "request", "via"], 42);
        await reached;
        await nodeRed.deploy(change(round), types[round % types.length]);
        await untilAllDone(nodeRed);
        simulator.clearFaults();
      }
    };
    const rest = async () => {
      await nodeRed.deploy(change(-1));
      await nodeRed.until(() => simulator.openSockets() === 0, "the end of the connections", 1000);
      return { holdings: await readHoldings(nodeRed), heap: (await readMemory(nodeRed)).heapUsed };
    };

    await redeploy(0, 20);
    const before = await rest();
    await redeploy(20, rounds);
    const after = await rest();
    assert.deepEqual(after.holdings, before.holdings);
    const grown = after.heap - before.heap;
    assert.ok(grown < heapTolerance, `The heap has grown by ${grown} bytes.`);
  });
});
