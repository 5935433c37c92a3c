import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { inspect } from "node:util";
import { faults, type Fault } from "../../../simulator";
import { loadFlow, unloadFlow, type FlowSetup, type TestFlow } from "../../../testing/flows/flow";
import { RecordingServer } from "../../../testing/http/recording-server";

const token = "canary-account-token";
const type = "plex-request";

describe("plex-request", () => {
  let server: RecordingServer;

  beforeEach(async () => {
    server = await RecordingServer.start(faults.json({ MediaContainer: { size: 1, Metadata: [{ title: "Alien" }] } }));
  });

  afterEach(async () => {
    await unloadFlow();
    await server.close();
  });

  const load = (node: Record<string, unknown>, setup: Partial<FlowSetup> = {}): Promise<TestFlow> =>
    loadFlow({ type, node, ...setup, config: { url: server.url, ...setup.config }, token });

  function answer(...answers: readonly Fault[]): void {
    let turn = 0;
    server.answer = (...exchange) => {
      answers[Math.min(turn++, answers.length - 1)]!(...exchange);
    };
  }

  const asked = () => server.requests.map(({ method, url }) => `${method} ${url}`);
  const texts = (flow: TestFlow) => flow.statuses.map(({ text }) => text?.replace("plex-request.status.", ""));

  it("puts what stands in MediaContainer on the message, and keeps the message whole", async () => {
    const flow = await load({ path: "/library/recentlyAdded" });
    const kept = { topic: "t", headers: { mine: 1 }, contentType: "mine", deep: { a: [1] } };
    const { outcome, msg } = await flow.send({ payload: "before", ...kept });
    assert.equal(outcome, "success");
    const { topic, headers, contentType, deep, payload, statusCode } = msg;
    assert.deepEqual({ topic, headers, contentType, deep }, kept);
    assert.deepEqual([payload, statusCode], [{ size: 1, Metadata: [{ title: "Alien" }] }, 200]);
    assert.deepEqual(asked(), ["GET /library/recentlyAdded"]);
    assert.equal(server.requests[0]?.headers["x-plex-token"], token);
    assert.equal(flow.done, 1);
    assert.deepEqual(flow.statuses, [
      { fill: "blue", shape: "dot", text: "plex-request.status.asking" },
      { fill: "green", shape: "dot", text: "plex-request.status.ok" },
    ]);
  });

  it("puts the result where the property says, and tells which success it was", async () => {
    server.answer = faults.noContent();
    const flow = await load({ path: "/a", property: "plex.answer", method: "PUT" });
    const { msg } = await flow.send({ payload: "kept" });
    assert.deepEqual([msg.payload, msg.plex, msg.statusCode], ["kept", { answer: null }, 204]);
    assert.deepEqual(asked(), ["PUT /a"]);
  });

  describe("what it takes from where", () => {
    const cases: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>, string])[] = [
      ["a path as text, with space around it", { path: "  /a b  " }, {}, "/a%20b"],
      ["a path from the message", { path: "plex.path", pathType: "msg" }, { plex: { path: "/a?b=1" } }, "/a?b=1"],
      ["a path by JSONata", { path: "'/library/' & payload", pathType: "jsonata" }, { payload: 5 }, "/library/5"],
      ["a path from the environment", { path: "PLEX_PATH_OF_TEST", pathType: "env" }, {}, "/from/env"],
      ["a query of JSON", { path: "/a?x=0", query: '{"y": [1, true], "z": null}' }, {}, "/a?x=0&y=1&y=1"],
      ["a query that is an object in the flow", { path: "/a", query: { y: 1 } }, {}, "/a?y=1"],
      [
        "a query from the message",
        { path: "/a", query: "q", queryType: "msg" },
        { q: { t: "a+b c" } },
        "/a?t=a%2Bb%20c",
      ],
      ["a query that the message has not", { path: "/a", query: "q", queryType: "msg" }, {}, "/a"],
      [
        "a query by JSONata",
        { path: "/a", query: '{"y": payload}', queryType: "jsonata" },
        { payload: "é" },
        "/a?y=%C3%A9",
      ],
      ["a query under nothing", { path: "/a", query: "a.b.c", queryType: "msg" }, {}, "/a"],
      ["a query by JSONata that is nothing", { path: "/a", query: "nothing", queryType: "jsonata" }, {}, "/a"],
      ["no query", { path: "/a", query: "" }, {}, "/a"],
      ["the default query", { path: "/a", query: "{}" }, {}, "/a"],
    ];
    for (const [name, node, msg, url] of cases) {
      it(`is ${name}`, async () => {
        process.env["PLEX_PATH_OF_TEST"] = "/from/env";
        const flow = await load(node);
        const { outcome, msg: sent } = await flow.send(msg);
        delete process.env["PLEX_PATH_OF_TEST"];
        assert.equal(outcome, "success", sent.error?.message as string);
        assert.deepEqual(asked(), [`GET ${url}`]);
      });
    }

    it("is flow and global context", async () => {
      const flow = await load({ path: "path", pathType: "flow", query: "query", queryType: "global" });
      flow.node.context().flow.set("path", "/from/flow");
      flow.node.context().global.set("query", { from: "global" });
      await flow.send({});
      assert.deepEqual(asked(), ["GET /from/flow?from=global"]);
    });

    it("is a player as text, from the message, or none", async () => {
      const player = async (node: Record<string, unknown>, msg = {}) => {
        const flow = await load({ path: "/player/playback/pause", ...node });
        await flow.send(msg);
        await unloadFlow();
        const { headers, query } = server.requests.at(-1)!;
        return [headers["x-plex-target-client-identifier"], query.has("commandID")];
      };
      assert.deepEqual(await player({ player: " abc " }), ["abc", true]);
      assert.deepEqual(await player({ player: "tv", playerType: "msg" }, { tv: "def" }), ["def", true]);
      assert.deepEqual(await player({ player: "'g' & 'h'", playerType: "jsonata" }), ["gh", true]);
      assert.deepEqual(await player({ player: "" }), [undefined, false]);
      assert.deepEqual(await player({ player: "  ", playerType: "str" }), [undefined, false]);
      assert.deepEqual(await player({}), [undefined, false]);
    });

    it("is a source from the message", async () => {
      const source = await RecordingServer.start(faults.json({ MediaContainer: { from: "source" } }));
      const flow = await load({ path: "/a", via: "plex.source", property: "answer" });
      const result = { accessToken: "transient-1", connections: [{ uri: source.url }] };
      const { msg } = await flow.send({ plex: { source: result } });
      assert.deepEqual([msg.answer, msg.plex], [{ from: "source" }, { source: result }]);
      assert.equal(server.requests.length, 0);
      assert.doesNotMatch(source.bytes, /canary/);
      await source.close();
    });
  });

  describe("what it refuses", () => {
    const cases: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>, RegExp])[] = [
      ["no path", {}, {}, /^There is no path\./],
      ["an empty path", { path: "  " }, {}, /^There is no path\./],
      ["a path that the message has not", { path: "a", pathType: "msg" }, {}, /^There is no path\./],
      ["a path under nothing", { path: "a.b.c", pathType: "msg" }, {}, /^There is no path\./],
      ["a path by a bad expression", { path: "a[", pathType: "msg" }, {}, /^The path of this node cannot be evaluated/],
      ["a whole address", { path: "https://example.org/" }, {}, /^The path is a whole address\./],
      ["another host", { path: "payload", pathType: "msg" }, { payload: "//example.org" }, /^The path leads to a host/],
      ["a way upwards", { path: "/a/%2e%2E/b" }, {}, /^The path leads upwards/],
      ["a fragment", { path: "/a#b" }, {}, /^The path holds a fragment/],
      ["a line break at the end", { path: "/a\r\n" }, {}, /^The path holds a control character/],
      ["a token in the path", { path: "/a?x-PLEX-token=canary" }, {}, /^The path holds an X-Plex-Token/],
      [
        "a token in the query",
        { path: "/a", query: '{"X-Plex-Token": "canary"}' },
        {},
        /^The query holds an X-Plex-Token/,
      ],
      ["JSON that breaks off", { path: "/a", query: '{"a":' }, {}, /^The query of this node cannot be evaluated/],
      ["JSON that is no object", { path: "/a", query: "[1]" }, {}, /^The query is not an object/],
      [
        "a query with an object in it",
        { path: "/a", query: "q", queryType: "msg" },
        { q: { a: {} } },
        /^The query holds a value/,
      ],
      ["bad JSONata", { path: "{", pathType: "jsonata" }, {}, /^The path of this node cannot be evaluated/],
      [
        "an empty player from the message",
        { path: "/a", player: "tv", playerType: "msg" },
        { tv: "" },
        /^There is no player\./,
      ],
      ["no player in the message", { path: "/a", player: "tv", playerType: "msg" }, {}, /^There is no player\./],
      [
        "an empty player from the environment",
        { path: "/a", player: "NO_SUCH_PLAYER", playerType: "env" },
        {},
        /^There is no player\./,
      ],
      ["the name of a player", { path: "/a", player: "Living room" }, {}, /^The player is not a machine identifier/],
      ["no source in the message", { path: "/a", via: "source" }, {}, /^What via points at is not a result/],
      ["a source under nothing", { path: "/a", via: "a.b.c" }, {}, /^What via points at is not a result/],
      [
        "another result",
        { path: "/a", via: "payload" },
        { payload: { token: "canary" } },
        /^What via points at is not a result/,
      ],
      [
        "a source without token",
        { path: "/a", via: "payload" },
        { payload: { accessToken: null, connections: [] } },
        /has no accessToken/,
      ],
    ];
    for (const [name, node, msg, message] of cases) {
      it(`is ${name}`, async () => {
        const flow = await load(node);
        const { outcome, msg: sent } = await flow.send(msg);
        assert.equal(outcome, "error");
        const { code, attempts } = sent.error ?? {};
        assert.deepEqual([code, attempts, flow.done], ["invalid-input", 0, 1]);
        assert.match(sent.error?.message as string, message);
        assert.doesNotMatch(inspect(sent.error), /canary/);
        assert.equal(server.accepted, 0);
        assert.deepEqual(flow.statuses.at(-1), {
          fill: "red",
          shape: "ring",
          text: "plex-request.status.invalid-input",
        });
      });
    }

    it("is an unresolved reference, and a setting that is none", async () => {
      for (const node of [
        { path: "${NO_SUCH}" },
        { path: "/a", method: "HEAD" },
        { path: "/a", answer: "xml" },
        { path: "/a", limit: "x" },
      ]) {
        const flow = await load(node);
        const { msg } = await flow.send({});
        assert.equal(msg.error?.code, "not-configured");
        await unloadFlow();
      }
      assert.equal(server.accepted, 0);
    });

    it("is a source without connections, which is no-connection", async () => {
      const flow = await load({ path: "/a", via: "payload" });
      const { msg } = await flow.send({ payload: { accessToken: "canary", connections: [] } });
      assert.deepEqual([msg.error?.code, msg.error?.attempts], ["no-connection", 0]);
    });
  });

  describe("text and buffer", () => {
    it("set the content type, and remove a stale one", async () => {
      answer(faults.body("one", "text/plain; charset=utf-8"), faults.body("", null));
      const flow = await load({ path: "/a", answer: "text" });
      const one = (await flow.send({ contentType: "stale" })).msg;
      assert.deepEqual([one.payload, one.contentType], ["one", "text/plain; charset=utf-8"]);
      const two = (await flow.send({ contentType: "stale" })).msg;
      assert.deepEqual([two.payload, "contentType" in two], ["", false]);
    });

    it("give the bytes of a picture", async () => {
      const bytes = Buffer.from([0, 255, 128, 10]);
      server.answer = (_req, res) => res.writeHead(206, { "content-type": "image/png" }).end(bytes);
      const flow = await load({ path: "/a", answer: "buffer" });
      const { msg } = await flow.send({});
      assert.deepEqual([msg.payload, msg.contentType, msg.statusCode], [bytes, "image/png", 206]);
    });

    it("leave the content type alone where there is no answer", async () => {
      server.answer = faults.status(404);
      const flow = await load({ path: "/a", answer: "text" });
      const { msg } = await flow.send({ contentType: "mine" });
      assert.deepEqual([msg.error?.code, msg.contentType], ["not-found", "mine"]);
    });
  });

  describe("all", () => {
    const library: Fault = (req, res, proceed) => {
      const start = Number(req.headers["x-plex-container-start"]);
      const Metadata = Array.from({ length: Math.min(200, 450 - start) }, (_film, index) => ({ key: start + index }));
      faults.json({ MediaContainer: { totalSize: 450, offset: start, Metadata } })(req, res, proceed);
    };

    it("joins the pages, and counts in the status", async () => {
      server.answer = library;
      const flow = await load({ path: "/all", all: true });
      const { msg } = await flow.send({});
      const { Metadata, ...rest } = msg.payload as { Metadata: unknown[] };
      assert.deepEqual([Metadata.length, rest], [450, { complete: true }]);
      assert.deepEqual(texts(flow), ["asking", "200/450", "400/450", "ok"]);
    });

    it("brings no more than the limit", async () => {
      server.answer = library;
      const flow = await load({ path: "/all", all: true, limit: "210" });
      const { Metadata, complete } = (await flow.send({})).msg.payload as { Metadata: unknown[]; complete: boolean };
      assert.deepEqual([Metadata.length, complete], [210, false]);
    });

    it("brings nothing where a page breaks off, and leaves the payload as it came", async () => {
      answer(library, faults.cutOffJson());
      const flow = await load({ path: "/all", all: true });
      const { outcome, msg } = await flow.send({ payload: "before" });
      assert.deepEqual([outcome, msg.payload], ["error", "before"]);
      assert.deepEqual([msg.error?.code, msg.error?.attempts], ["invalid-response", 1]);
    });
  });

  it("shows while it waits to try again", async () => {
    answer(faults.status(503), faults.json({}));
    const flow = await load({ path: "/a" }, { config: { retries: 1 } });
    await flow.send({});
    assert.deepEqual(texts(flow), ["asking", "retrying", "asking", "ok"]);
    assert.deepEqual(flow.statuses[1], { fill: "blue", shape: "dot", text: "plex-request.status.retrying" });
  });

  it("sends nothing twice that must not be done twice", async () => {
    server.answer = faults.status(503);
    for (const node of [{ method: "POST" }, { method: "PUT" }, { method: "DELETE" }, { player: "abc" }]) {
      const flow = await load({ path: "/a", ...node }, { config: { retries: 3 } });
      const { msg } = await flow.send({});
      assert.deepEqual([msg.error?.code, msg.error?.attempts], ["server-error", 1]);
      await unloadFlow();
    }
    assert.equal(server.requests.length, 4);
  });

  it("ends as cancelled when it is closed in the middle of all, and no page follows", async () => {
    answer(faults.json({ MediaContainer: { totalSize: 900, Metadata: Array(200).fill(1) } }), faults.hang());
    const flow = await load({ path: "/all", all: true }, { config: { timeout: 60_000 } });
    flow.node.receive({});
    while (server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await flow.node.close(false);
    const { msg } = await flow.next(0);
    assert.equal(msg.error?.code, "cancelled");
    assert.deepEqual([flow.done, server.requests.length], [1, 2]);
  });

  it("keeps messages apart, and gives each its own answer", async () => {
    server.answer = (req, res, proceed) => {
      const wait = Math.random() * 50;
      faults.delay(wait)(req, res, () => {
        faults.json({ path: req.url })(req, res, proceed);
      });
    };
    const flow = await load({ path: "payload", pathType: "msg" });
    for (let count = 0; count < 200; count += 1) flow.node.receive({ payload: `/a/${count}`, count });
    await flow.next(199);
    assert.ok(
      flow.received.every(({ msg }) => (msg.payload as { path: string }).path === `/a/${String(msg["count"])}`),
    );
    assert.deepEqual([new Set(flow.received.map(({ msg }) => msg["count"])).size, flow.done], [200, 200]);
  });
});
