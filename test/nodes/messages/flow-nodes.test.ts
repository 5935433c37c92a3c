import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { faults, startSimulator, type Simulator } from "../../../simulator";
import { ids, loadFlow, unloadFlow, type FlowSetup, type TestFlow } from "../../../testing/flows/flow";

const token = "canary-account-token";

describe("the flow nodes", () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator({ token });
  });

  after(() => simulator.close());

  afterEach(async () => {
    simulator.clearFaults();
    simulator.requests.length = 0;
    await unloadFlow();
  });

  function load(setup: Omit<FlowSetup, "token">): Promise<TestFlow> {
    return loadFlow({ ...setup, config: { url: simulator.url, ...setup.config }, token });
  }

  const loadToken = (setup: Partial<FlowSetup> = {}) => load({ type: "plex-transient-token", ...setup });
  const loadSource = (setup: Partial<FlowSetup> = {}) => load({ type: "plex-source-connection", ...setup });

  describe("plex-transient-token", () => {
    it("puts a token on the message, and keeps the message whole", async () => {
      const flow = await loadToken();
      const before = Date.now();
      const headers = { "x-mine": "1" };
      const { outcome, msg } = await flow.send({ topic: "front door", payload: 1, headers, deep: { a: [1] } });
      assert.equal(outcome, "success");
      const { token: minted, issuedAt, expiresAt, ...rest } = msg.payload as Record<string, unknown>;
      assert.match(minted as string, /^transient-[0-9a-f-]{36}$/);
      assert.deepEqual(rest, { type: "delegation", scope: "all", reused: false, url: simulator.url });
      assert.ok((issuedAt as number) >= before && (issuedAt as number) <= Date.now());
      assert.equal((expiresAt as number) - (issuedAt as number), 48 * 3600 * 1000);
      assert.deepEqual([msg.topic, msg.headers, msg.deep, msg.statusCode], ["front door", headers, { a: [1] }, 200]);
      assert.equal(flow.done, 1);
    });

    it("puts it where the property says", async () => {
      const flow = await loadToken({ node: { property: "plex.access" } });
      const { msg } = await flow.send({ payload: "kept" });
      assert.equal(msg.payload, "kept");
      assert.match((msg.plex as { access: { token: string } }).access.token, /^transient-/);
    });

    it("tells when the property cannot take it, before a token is minted in vain", async () => {
      const flow = await loadToken({ node: { property: "payload.access" } });
      const { outcome, msg } = await flow.send({ payload: "text" });
      assert.deepEqual([outcome, msg.error?.code, msg.payload, flow.done], ["error", "invalid-input", "text", 1]);
      assert.equal(simulator.requests.length, 0);
    });

    it("gets a new token for every message, however many come at once", async () => {
      const flow = await loadToken();
      for (let count = 0; count < 100; count += 1) flow.node.receive({ _msgid: `m${count}`, payload: count });
      await flow.next(99);
      const tokens = new Set(flow.received.map(({ msg }) => (msg.payload as { token: string }).token));
      const messages = new Set(flow.received.map(({ msg }) => msg._msgid));
      assert.deepEqual([tokens.size, messages.size, flow.done], [100, 100, 100]);
    });

    it("keeps messages apart when one fails and the other does not", async () => {
      const flow = await loadToken();
      simulator.fault(faults.status(500));
      flow.node.receive({ _msgid: "first" });
      await flow.send({ _msgid: "second" });
      await flow.next(1);
      const outcomes = flow.received.map(({ outcome }) => outcome).sort();
      assert.deepEqual(outcomes, ["error", "success"]);
    });

    it("shows blue while it asks and retries, green when it worked", async () => {
      const flow = await loadToken({ config: { url: simulator.url, retries: 1 } });
      simulator.fault(faults.status(503));
      await flow.send({});
      assert.deepEqual(flow.statuses, [
        { fill: "blue", shape: "dot", text: "plex-transient-token.status.asking" },
        { fill: "blue", shape: "dot", text: "plex-transient-token.status.retrying" },
        { fill: "blue", shape: "dot", text: "plex-transient-token.status.asking" },
        { fill: "green", shape: "dot", text: "plex-transient-token.status.ok" },
      ]);
    });

    it("clears its status when it is closed", async () => {
      const flow = await loadToken();
      await flow.send({});
      await flow.node.close(false);
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.deepEqual(flow.statuses.at(-1), {});
    });

    it("takes its own old error off a message that comes round again, and no one else's", async () => {
      const flow = await loadToken();
      const own = await flow.send({ error: { message: "old", source: { id: ids.node } } });
      assert.equal("error" in own.msg, false);
      const other = await flow.send({ error: { message: "other", source: { id: "elsewhere" } } });
      assert.equal(other.msg.error?.message, "other");
    });

    it("keeps another node's error beside its own", async () => {
      const flow = await loadToken();
      simulator.fault(faults.status(400), { times: 2 });
      const other = { message: "other", source: { id: "elsewhere" } };
      const { msg } = await flow.send({ error: other });
      assert.deepEqual([msg.error?.code, msg._error], ["bad-request", other]);
      const again = await flow.send({ ...msg, _error: undefined });
      assert.equal(again.msg._error, undefined);
    });

    it("sends a clone to the error output, and requests and responses as they are", async () => {
      const flow = await loadToken();
      simulator.fault(faults.status(400));
      const sent = { payload: { deep: 1 }, req: { socket: {} }, res: { status: () => undefined } };
      const { msg } = await flow.send(sent);
      assert.notEqual(msg, sent);
      assert.equal(msg.req, sent.req);
      assert.equal(msg.res, sent.res);
      assert.equal("error" in sent, false);
    });

    it("follows the wires as they are when the error comes", async () => {
      const flow = await loadToken();
      simulator.fault(faults.status(400), { times: 2 });
      assert.equal((await flow.send({})).outcome, "error");
      flow.node.updateWires([[ids.success], []] as never);
      assert.equal((await flow.send({})).outcome, "catch");
    });
  });

  describe("plex-transient-token with reuse", () => {
    const minted = () => simulator.requests.filter(({ path }) => path === "/security/token").length;

    it("gives a token to the next message as it came, whatever a flow did to the one before", async () => {
      const flow = await loadToken({ node: { reuse: "60" } });
      const { msg } = await flow.send({});
      const { token: first } = msg.payload as { token: string };
      Object.assign(msg.payload as object, { token: "spoiled", expiresAt: 0 });
      const { token: second, expiresAt } = (await flow.send({})).msg.payload as { token: string; expiresAt: number };
      assert.equal(second, first);
      assert.ok(expiresAt > Date.now());
    });

    it("asks once for a burst, and marks who got it first", async () => {
      const flow = await loadToken({ node: { reuse: "60" } });
      for (let count = 0; count < 1000; count += 1) flow.node.receive({ _msgid: `m${count}` });
      await flow.next(999);
      const tokens = flow.received.map(({ msg }) => msg.payload as { token: string; reused: boolean });
      assert.deepEqual([minted(), new Set(tokens.map(({ token: each }) => each)).size], [1, 1]);
      assert.deepEqual([tokens.filter(({ reused }) => !reused).length, flow.done], [1, 1000]);
      assert.equal(new Set(tokens).size, 1000);
    });

    it("gets a new one when msg.refresh asks for it, as after a restart of the server", async () => {
      const flow = await loadToken({ node: { reuse: 60 } });
      const tokens: { token: string; reused: boolean }[] = [];
      for (const refresh of [undefined, false, true, undefined]) {
        tokens.push((await flow.send({ refresh })).msg.payload as (typeof tokens)[number]);
      }
      assert.deepEqual(
        tokens.map(({ reused }) => reused),
        [false, true, false, true],
      );
      assert.equal(tokens[2]?.token, tokens[3]?.token);
      assert.notEqual(tokens[0]?.token, tokens[2]?.token);
      assert.equal(minted(), 2);
    });

    it("refuses a reuse time that is no number", async () => {
      const flow = await loadToken({ node: { reuse: "an hour" } });
      const { msg } = await flow.send({});
      assert.equal(msg.error?.code, "not-configured");
    });
  });

  describe("plex-source-connection with probe", () => {
    it("chooses the connection that answers, and shows how many have", async () => {
      const flow = await loadSource({ node: { probe: true } });
      const { msg } = await flow.send({ payload: simulator.sharedServer });
      const { connection, connections } = msg.payload as Record<string, unknown> & { connections: unknown[] };
      assert.equal((connection as { uri: string }).uri, simulator.sharedUrl);
      assert.deepEqual(
        connections.map((each) => "reachable" in (each as object)),
        connections.map(() => true),
      );
      const texts = flow.statuses.map(({ text }) => text);
      assert.ok(
        texts.some((text) => text === `1/${connections.length}`),
        texts.join(),
      );
      assert.equal(texts.at(-1), "plex-source-connection.status.ok");
    });
  });

  describe("plex-source-connection", () => {
    it("gets the connections of a server, in order, and a token for it", async () => {
      const flow = await loadSource();
      const { outcome, msg } = await flow.send({ payload: simulator.sharedServer });
      assert.equal(outcome, "success");
      const result = msg.payload as Record<string, unknown> & { connections: Record<string, unknown>[] };
      assert.deepEqual(Object.keys(result), ["source", "name", "clientIdentifier", "accessToken", "connections"]);
      assert.equal(result.source, simulator.sharedServer);
      assert.equal(`server://${result.clientIdentifier as string}`, simulator.sharedServer);
      assert.match(result.accessToken as string, /^transient-/);
      assert.equal(result.connections.length, simulator.connections("shared").length);
      const ranks = result.connections.map(({ local, relay }) => (relay ? 2 : local ? 0 : 1));
      assert.deepEqual(ranks, [...ranks].sort());
      for (const connection of result.connections) {
        const fields = ["uri", "protocol", "address", "port", "local", "relay"];
        assert.deepEqual(Object.keys(connection), fields);
        assert.deepEqual(
          fields.map((field) => typeof connection[field]),
          ["string", "string", "string", "number", "boolean", "boolean"],
        );
      }
    });

    it("gets a cloud provider", async () => {
      const flow = await loadSource({ node: { source: simulator.provider, sourceType: "str" } });
      const { msg } = await flow.send({});
      assert.equal((msg.payload as { source: string }).source, simulator.provider);
    });

    const places: readonly (readonly [string, string, (flow: TestFlow) => Record<string, unknown>])[] = [
      ["msg", "plex.source", () => ({ plex: { source: simulator.sharedServer } })],
      ["flow", "source", (flow) => (flow.node.context().flow.set("source", simulator.sharedServer), {})],
      ["global", "source", (flow) => (flow.node.context().global.set("source", simulator.sharedServer), {})],
      ["jsonata", '"server://" & payload', () => ({ payload: simulator.sharedServer.replace("server://", "") })],
      ["env", "TEST_PLEX_SOURCE", () => ((process.env.TEST_PLEX_SOURCE = simulator.sharedServer), {})],
    ];
    for (const [sourceType, source, prepare] of places) {
      it(`takes the source from ${sourceType}`, async () => {
        const flow = await loadSource({ node: { source, sourceType, property: "result" } });
        const { msg } = await flow.send(prepare(flow));
        assert.equal((msg.result as { source: string }).source, simulator.sharedServer);
      });
    }

    it("names the variable when the source is an unresolved reference", async () => {
      const flow = await loadSource({ node: { source: "${NO_SUCH_SOURCE}", sourceType: "str" } });
      const { msg } = await flow.send({});
      assert.equal(msg.error?.code, "not-configured");
      assert.match(msg.error.message as string, /NO_SUCH_SOURCE/);
    });

    it("asks with refresh as the node says, and the message says it louder", async () => {
      const payload = simulator.sharedServer;
      const flow = await loadSource({ node: { refresh: true } });
      for (const refresh of [undefined, false, true, "yes"]) await flow.send({ payload, refresh });
      assert.deepEqual(
        simulator.requests.map(({ query }) => query.get("refresh")),
        ["1", null, "1", "1"],
      );
    });
  });

  it("tell where in the package it was that an error nobody foresaw came up, and not its text", async () => {
    const flow = await loadToken();
    const { msg, outcome } = await flow.send(Object.freeze({ payload: 1, topic: "canary" }));
    assert.deepEqual([outcome, msg.error?.code], ["error", "invalid-input"]);
    assert.match(
      String(msg.error?.message),
      /could not be worked with \(TypeError, nodes\/lib\/messages\/[\w-]+\.ts:\d+\)/,
    );
    assert.doesNotMatch(JSON.stringify([msg.error, msg.error]), /canary/);
  });

  describe("a hostile message", () => {
    const throwing = () =>
      Object.defineProperty({}, "x", {
        enumerable: true,
        get: () => {
          throw new Error("no");
        },
      });
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const messages: Readonly<Record<string, () => Record<string, unknown>>> = {
      "a getter that throws": () => ({ payload: throwing() }),
      "a cycle": () => ({ payload: cyclic }),
      "prototype keys": () =>
        JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as never,
      "a huge string": () => ({ payload: "x".repeat(5_000_000) }),
      "an error that is odd": () => ({ error: null, _error: 5 }),
      "an error whose source throws": () => ({
        error: {
          get source() {
            throw new Error("no");
          },
        },
      }),
      "a frozen message": () => Object.freeze({ payload: 1 }),
    };
    for (const [name, make] of Object.entries(messages)) {
      for (const errorWired of [true, false]) {
        it(`with ${name} ends once, ${errorWired ? "wired" : "unwired"}`, async () => {
          const flow = await loadToken({ errorWired });
          simulator.fault(faults.status(400));
          flow.node.receive(make());
          flow.node.receive(make());
          await new Promise((resolve) => setTimeout(resolve, 150));
          assert.equal(flow.done, 2);
          assert.equal(({} as { polluted?: unknown }).polluted, undefined);
          assert.equal((await flow.send({ _msgid: "after" })).outcome, "success");
        });
      }
    }
  });
});
