import assert from "node:assert/strict";
import { get } from "node:http";
import { faults, type Simulator } from "../../simulator";
import type { DeployType, FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import { later } from "../../testing/http/recording-server";
import {
  burst,
  placed,
  probed,
  server,
  tab,
  tokenNode,
  withoutCredentials,
  type Properties,
} from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

interface Given {
  readonly token: string;
  readonly reused: boolean;
}

onEachRuntime("package: tokens that are given out again", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;

  const flows = (): FlowNode[] => [
    tab,
    server(simulator.url, simulator.token, { timeout: 20_000 }),
    ...probed(tokenNode({ id: "kept", reuse: 60 })),
    ...probed(tokenNode({ id: "briefly", reuse: "1" })),
    ...probed(tokenNode({ id: "never", reuse: 0 })),
    ...probed(tokenNode({ id: "unwired", reuse: 60 }), "catch"),
    ...burst("many", ["kept"]),
    ...burst("many-unwired", ["unwired"]),
    ...burst("many-each", ["kept", "briefly", "never"]),
    placed({ id: "catch", type: "catch", scope: ["unwired"], wires: [["unwired-error"]] }),
    placed({ id: "unwired-error", type: "probe", name: "unwired error", wires: [[]] }),
  ];

  const changed = (id: string, properties: Properties): FlowNode[] =>
    withoutCredentials(flows()).map((node) => (node.id === id ? { ...node, ...properties } : node));

  before(async () => {
    simulator = await simulate();
    nodeRed = await start();
  });

  beforeEach(async () => {
    // What is gone and comes anew has nothing kept.
    await nodeRed.deploy([tab]);
    await nodeRed.deploy(flows());
    simulator.clearFaults();
    simulator.requests.length = 0;
    nodeRed.messages.length = 0;
  });

  const minted = () => simulator.requests.filter(({ path }) => path === "/security/token").length;

  const results = (id: string) => nodeRed.messagesAt(`${id} success`).map(({ msg }) => msg.payload as Given);
  const failures = (id: string) =>
    nodeRed.messagesAt(`${id} error`).map(({ msg }) => msg.error as Record<string, unknown>);

  const arrive = (name: string, count: number) =>
    nodeRed.until(() => nodeRed.messagesAt(name).length >= count, `${count} messages at ${name}`, 30_000);

  const ask = async (id: string, msg: Properties = {}): Promise<Given> => {
    const before = results(id).length;
    await nodeRed.inject(id, msg);
    await arrive(`${id} success`, before + 1);
    return results(id).at(-1)!;
  };

  const askInVain = async (id: string): Promise<Record<string, unknown>> => {
    const before = failures(id).length;
    await nodeRed.inject(id, {});
    await arrive(`${id} error`, before + 1);
    return failures(id).at(-1)!;
  };

  const injectMany = (id: string, count: number, msg: Properties = {}) =>
    nodeRed.inject(id, { ...msg, payload: Array.from({ length: count }, (_, index) => index) });

  /** What the server answers to a token, on a connection of its own: kept ones are dropped here. */
  const statusWith = (token: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { headers: { "X-Plex-Token": token }, agent: false };
      get(`${simulator.url}/library/sections`, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).once("error", reject);
    });

  const names = (given: readonly Given[]) => [...new Set(given.map(({ token }) => token))];

  describe("to a burst of messages", () => {
    it("asks once for 1,000, and the one that asked says so", async () => {
      simulator.fault(faults.delay(500));
      await injectMany("many", 1000);
      await arrive("kept success", 1000);
      assert.deepEqual([minted(), names(results("kept")).length], [1, 1]);
      assert.deepEqual(
        results("kept")
          .map(({ reused }, index) => (reused ? -1 : index))
          .filter((index) => index >= 0),
        [0],
      );
      assert.equal(await statusWith(names(results("kept"))[0]!), 200);
    });

    for (const [many, id] of [
      ["many", "kept"],
      ["many-unwired", "unwired"],
    ] as const) {
      it(`tells each that the one request failed, and keeps no failure: ${id}`, async () => {
        simulator.fault(later(500, faults.status(503, { retryAfter: 600 })));
        await injectMany(many, 1000);
        await arrive(`${id} error`, 1000);
        assert.equal(minted(), 1);
        const told = failures(id).map(({ code, message }) => `${String(code)} ${String(message)}`);
        assert.equal(new Set(told).size, 1);
        assert.match(told[0]!, /^server-error The server failed with status 503\. /);
        const messages = nodeRed.messagesAt(`${id} error`).map(({ msg }) => msg.payload);
        assert.equal(new Set(messages).size, 1000);
        assert.equal((await ask(id)).reused, false);
        assert.equal(minted(), 2);
      });
    }

    it("asks once more for a refresh in its middle, and goes on with the new one", async () => {
      simulator.fault(faults.delay(1500));
      simulator.fault(faults.delay(500));
      await injectMany("many", 500, { topic: "before" });
      await nodeRed.until(() => minted() === 1, "the first request");
      await nodeRed.inject("kept", { topic: "refresh", refresh: true });
      await nodeRed.until(() => minted() === 2, "the second request");
      await injectMany("many", 500, { topic: "behind" });
      await arrive("kept success", 1001);
      assert.equal(minted(), 2);
      const of = (...topics: readonly string[]) =>
        nodeRed
          .messagesAt("kept success")
          .filter(({ msg }) => topics.includes(String(msg.topic)))
          .map(({ msg }) => msg.payload as Given);
      const [old, fresh] = [names(of("before")), names(of("refresh", "behind"))];
      assert.deepEqual([old.length, fresh.length, old[0] === fresh[0]], [1, 1, false]);
      assert.equal(of("refresh")[0]?.reused, false);
      // The first answer came last, and is not what is kept.
      assert.deepEqual(await ask("kept"), { ...of("refresh")[0]!, reused: true });
    });

    it("asks once for a burst of refreshes", async () => {
      const first = await ask("kept");
      simulator.fault(faults.delay(500));
      await injectMany("many", 500, { refresh: true });
      await arrive("kept success", 501);
      assert.equal(minted(), 2);
      assert.ok(!names(results("kept").slice(1)).includes(first.token));
    });

    it("keeps to each node's own time, and asks for every message where there is none", async () => {
      simulator.fault(faults.delay(500), { times: 2 });
      await injectMany("many-each", 50);
      await arrive("never success", 50);
      await arrive("kept success", 50);
      await arrive("briefly success", 50);
      assert.deepEqual(
        ["kept", "briefly", "never"].map((id) => names(results(id)).length),
        [1, 1, 50],
      );
      assert.equal(minted(), 52);
      assert.equal(names([...results("kept"), ...results("briefly"), ...results("never")]).length, 52);
      assert.ok(results("never").every(({ reused }) => !reused));
    });

    it("goes on for one node while the other is deployed again", async () => {
      simulator.fault(faults.delay(2000), { times: 2 });
      await injectMany("many", 300);
      await nodeRed.inject("briefly", {});
      await nodeRed.until(() => minted() === 2, "the requests");
      await nodeRed.deploy(changed("briefly", { name: "renamed" }), "nodes");
      await arrive("briefly error", 1);
      await arrive("kept success", 300);
      assert.equal(failures("briefly")[0]?.code, "cancelled");
      assert.deepEqual([names(results("kept")).length, minted(), nodeRed.messages.length], [1, 2, 301]);
    });
  });

  describe("when the server restarts", () => {
    it("goes on with the old one until msg.refresh asks for a new one", async () => {
      const old = await ask("kept");
      simulator.restart();
      simulator.dropConnections();
      assert.deepEqual(await ask("kept"), { ...old, reused: true });
      assert.equal(await statusWith(old.token), 401);
      const fresh = await ask("kept", { refresh: true });
      assert.equal(fresh.reused, false);
      assert.equal(await statusWith(fresh.token), 200);
      assert.deepEqual(await ask("kept"), { ...fresh, reused: true });
      assert.equal(minted(), 2);
    });

    it("does not go back to the old one when the refresh fails", async () => {
      const old = await ask("kept");
      simulator.fault(faults.status(500));
      await nodeRed.inject("kept", { refresh: true });
      await arrive("kept error", 1);
      const next = await ask("kept");
      assert.deepEqual([next.reused, next.token === old.token], [false, false]);
    });
  });

  describe("when flows are deployed", () => {
    const deploys: readonly (readonly [string, DeployType, () => FlowNode[], boolean])[] = [
      ["all of them", "full", () => withoutCredentials(flows()), false],
      ["all of them again", "reload", () => withoutCredentials(flows()), false],
      ["the node", "nodes", () => changed("kept", { name: "renamed" }), false],
      ["its time of reuse", "nodes", () => changed("kept", { reuse: 30 }), false],
      ["its server", "nodes", () => changed("server", { timeout: 10_000 }), false],
      ["its tab", "flows", () => changed("kept", { name: "renamed" }), false],
      ["another node", "nodes", () => changed("briefly", { name: "renamed" }), true],
    ];
    for (const [what, type, next, kept] of deploys) {
      it(`${kept ? "keeps" : "forgets"} it with a deploy of ${what} (${type})`, async () => {
        const old = await ask("kept");
        await nodeRed.deploy(next(), type);
        const { token, reused } = await ask("kept");
        assert.deepEqual([token === old.token, reused], [kept, kept]);
      });
    }

    for (const type of ["full", "flows", "nodes"] as const) {
      it(`asks with the token that was entered, and gives out none of the old one's (${type})`, async () => {
        await ask("kept");
        await nodeRed.deploy(changed("server", { credentials: { token: "another-token" } }), type);
        assert.equal((await askInVain("kept")).code, "unauthorized");
      });
    }

    it("asks the server that was entered", async () => {
      const other = await simulate({ token: simulator.token });
      const old = await ask("kept");
      await nodeRed.deploy(changed("server", { url: other.url }), "nodes");
      assert.notEqual((await ask("kept")).token, old.token);
      assert.equal(other.requests.length, 1);
    });

    for (const [how, between] of [
      ["removed and comes back", () => withoutCredentials(flows()).filter(({ id }) => id !== "server")],
      ["disabled and enabled", () => changed("server", { d: true })],
    ] as const) {
      it(`asks the server anew when it was ${how} with another token`, async () => {
        await ask("kept");
        await nodeRed.deploy(between(), "nodes");
        assert.equal((await askInVain("kept")).code, "not-configured");
        await nodeRed.deploy(changed("server", { credentials: { token: "another-token" } }), "nodes");
        assert.equal((await askInVain("kept")).code, "unauthorized");
      });
    }
  });
});
