import assert from "node:assert/strict";
import { faults, startSimulator, type Simulator } from "../../simulator";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import { burst, poll, quietLog, readTally, untilAllCame } from "../../testing/node-red/load";
import { counted } from "../../testing/node-red/counted-flows";
import { placed, probe, server, sourceNode, tab, tokenNode, withoutCredentials } from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

onEachRuntime("package: two plex-config nodes side by side", ({ start, simulate }) => {
  let first: Simulator;
  let second: Simulator;
  let nodeRed: NodeRedProcess;

  before(async () => {
    first = await simulate();
    second = await simulate();
    nodeRed = await start({ settings: quietLog });
  });

  afterEach(() => {
    first.clearFaults();
    second.clearFaults();
  });

  const config = (id: string, { url, token }: Simulator, properties: object = {}) =>
    server(url, token, { id, timeout: 30_000, ...properties });

  describe("with messages for both on their way", () => {
    const count = 2_000;

    const flows = (): FlowNode[] => [
      tab,
      config("first", first),
      config("second", second),
      ...counted(tokenNode({ id: "one", server: "first" })),
      ...counted(tokenNode({ id: "two", server: "second" })),
    ];

    const outcomes = async () => (await readTally(nodeRed)).outcomes;

    it("are not slowed down by one that never answers", async () => {
      await nodeRed.deploy(flows());
      first.fault(faults.hang(), { times: Infinity });
      await burst(nodeRed, ["one", "two"], { count });
      const { came, done } = await poll(
        () => readTally(nodeRed),
        (tally) => tally.outcomes["two success ok"] === count / 2,
        15_000,
      );
      // The other thousand waits for the first server as before.
      assert.deepEqual([came, done], [count / 2, count / 2]);
      assert.equal(first.openSockets(), 32);
    });

    it("are not slowed down by one that is not there", async () => {
      const gone = await startSimulator();
      await gone.close();
      await nodeRed.deploy([...flows().filter(({ id }) => id !== "first"), config("first", gone, { retries: 1 })]);
      await burst(nodeRed, ["one", "two"], { count });
      const tally = await untilAllCame(nodeRed);
      assert.deepEqual(tally.outcomes, { "one error unreachable": count / 2, "two success ok": count / 2 });
    });

    for (const [title, change, afterwards] of [
      ["changed", (node: FlowNode) => [{ ...node, timeout: 20_000 }], "one success ok"],
      ["disabled", (node: FlowNode) => [{ ...node, d: true }], "one error not-configured"],
      ["deleted", () => [], "one error not-configured"],
    ] as const) {
      it(`go on with the other when one is ${title}`, async () => {
        await nodeRed.deploy(flows());
        const held: (() => void)[] = [];
        const hold = (_req: unknown, _res: unknown, proceed: () => void) => held.push(proceed);
        first.fault(faults.hang(), { times: Infinity });
        second.fault(hold, { times: Infinity });
        await burst(nodeRed, ["one", "two"], { count: 20 });
        await nodeRed.until(() => held.length === 10, "the requests");

        const next = withoutCredentials(flows()).flatMap((node) => (node.id === "first" ? change(node) : [node]));
        await nodeRed.deploy(next, "nodes");
        first.clearFaults();
        assert.deepEqual(await poll(outcomes, (each) => each["one error cancelled"] === 10), {
          "one error cancelled": 10,
        });
        assert.equal(second.openSockets(), 10);

        for (const proceed of held) proceed();
        const tally = await untilAllCame(nodeRed);
        assert.deepEqual(tally.outcomes, { "one error cancelled": 10, "two success ok": 10 });
        // Over the connections that are there already.
        second.clearFaults();
        await burst(nodeRed, ["one", "two"], { count: 20 });
        assert.deepEqual((await untilAllCame(nodeRed)).outcomes, { [afterwards]: 10, "two success ok": 10 });
        assert.equal(second.openSockets(), 10);
      });
    }
  });

  describe("chosen by a variable", () => {
    const nameOf = (simulator: Simulator) => (simulator === first ? "first" : "second");

    const choose = (simulator: Simulator) => [{ name: "PLEX", value: nameOf(simulator), type: "conf-type" }];

    const definition = (id: string, nodes: { readonly input: string; readonly output: string }): FlowNode => ({
      id,
      type: "subflow",
      name: id,
      in: [{ x: 0, y: 0, wires: [{ id: nodes.input }] }],
      out: [{ x: 0, y: 0, wires: [{ id: nodes.output, port: 0 }] }],
      env: [{ name: "PLEX", type: "plex-config", value: "", ui: { type: "conf-types" } }],
    });

    /** Sends a message and tells which server was asked. */
    const whoIsAsked = async (node: string) => {
      const before = [first.requests.length, second.requests.length] as const;
      nodeRed.messages.length = 0;
      await nodeRed.inject(node, { payload: {} });
      const { msg } = await nodeRed.until(() => nodeRed.messages[0], "the result");
      assert.equal(msg.error, undefined);
      return { first: first.requests.length - before[0], second: second.requests.length - before[1] };
    };

    const expectEachItsOwn = async () => {
      assert.deepEqual(await whoIsAsked("one"), { first: 1, second: 0 });
      assert.deepEqual(await whoIsAsked("two"), { first: 0, second: 1 });
    };

    const token = (id: string, properties: object = {}, z?: string) =>
      placed({ ...tokenNode({ id, server: "${PLEX}" }), wires: [["result"], ["result"]], ...properties }, z);

    const base = () => [tab, config("first", first), config("second", second), probe("result", "result")];

    it("of subflow instances, and of a subflow in a subflow", async () => {
      const instance = (id: string, env: object[], z?: string): FlowNode =>
        placed({ id, type: "subflow:outer", env, wires: [["result"]] }, z);
      await nodeRed.deploy([
        ...base(),
        definition("inner", { input: "ask", output: "ask" }),
        token("ask", { wires: [[], []] }, "inner"),
        definition("outer", { input: "nested", output: "nested" }),
        placed(
          {
            id: "nested",
            type: "subflow:inner",
            env: [{ name: "PLEX", value: "${PLEX}", type: "conf-type" }],
            wires: [[]],
          },
          "outer",
        ),
        instance("one", choose(first)),
        instance("two", choose(second)),
      ]);
      await expectEachItsOwn();
    });

    it("of groups, and of a group in a group", async () => {
      const group = (id: string, nodes: string[], env: object[], g?: string): FlowNode => ({
        id,
        type: "group",
        z: tab.id,
        nodes,
        env,
        ...(g === undefined ? {} : { g }),
      });
      const text = (value: string) => [{ name: "PLEX", value, type: "str" }];
      await nodeRed.deploy([
        ...base(),
        group("outer-group", ["one", "inner-group"], text("first")),
        group("inner-group", ["two"], text("second"), "outer-group"),
        token("one", { g: "outer-group" }),
        token("two", { g: "inner-group" }),
      ]);
      await expectEachItsOwn();
    });

    it("of tabs, each with a config node of its own", async () => {
      const env = ({ url, token: secret }: Simulator) => [
        { name: "PLEX_URL", value: url, type: "str" },
        { name: "PLEX_TOKEN", value: secret, type: "str" },
      ];
      await nodeRed.deploy([
        { ...tab, env: env(first) },
        { id: "tab-two", type: "tab", label: "Two", env: env(second) },
        server("${PLEX_URL}", "${PLEX_TOKEN}", { id: "of-tab", z: tab.id }),
        server("${PLEX_URL}", "${PLEX_TOKEN}", { id: "of-tab-two", z: "tab-two" }),
        token("one", { server: "of-tab" }),
        placed(
          {
            ...sourceNode({ id: "two", server: "of-tab-two", source: second.provider, sourceType: "str" }),
            wires: [["result-two"], ["result-two"]],
          },
          "tab-two",
        ),
        probe("result", "result"),
        probe("result-two", "result", [], "tab-two"),
      ]);
      await expectEachItsOwn();
    });
  });
});
