import assert from "node:assert/strict";
import { faults, type Fault, type Simulator } from "../../simulator";
import { openComms, type Comms } from "../../testing/node-red/comms";
import { bothWays, endingsOf, failuresOf, tell, withEndings } from "../../testing/node-red/endings";
import { requestNode, server, sourceNode, tab, type Properties } from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";

const path = "/library/sections/1/all";

/** A library of 450 films, page by page. */
const pages: Fault = (req, res, proceed) => {
  const start = Number(req.headers["x-plex-container-start"]);
  const size = Number(req.headers["x-plex-container-size"]);
  const Metadata = Array.from({ length: Math.min(size, 450 - start) }, (_film, index) => ({ key: start + index }));
  const MediaContainer = { size: Metadata.length, totalSize: 450, offset: start, title1: "Films", Metadata };
  faults.json({ MediaContainer })(req, res, proceed);
};

/** What becomes of the second of these pages, the code of the failure, and how often it is tried with one retry. */
const brokenPages: Readonly<Record<string, readonly [Fault, code: string, attempts: number]>> = {
  "JSON that breaks off": [faults.cutOffJson(), "invalid-response", 1],
  "an answer that ends in the middle": [faults.finInBody(), "unreachable", 2],
  "an answer that is reset in the middle": [faults.resetInBody(), "unreachable", 2],
  "no answer": [faults.hang(), "timeout", 2],
  "503": [faults.status(503), "server-error", 2],
  "401": [faults.status(401), "unauthorized", 1],
  "a redirect": [faults.redirect("http://plex.example/"), "redirected", 1],
  "a web page with 200": [faults.html(), "invalid-response", 1],
  "17 MiB": [faults.hugeJson(17 * 1024 * 1024), "invalid-response", 1],
};

/** What a friend's server does, the code, and what to do about it. */
const friendsFaults: Readonly<Record<string, readonly [Fault, code: string, hint: RegExp]>> = {
  "401": [faults.status(401), "unauthorized", / Ask plex-source-connection again with refresh on: the token of this/],
  "403": [faults.status(403), "forbidden", / See what the owner of this source shares with your account\.$/],
  "404": [
    faults.status(404),
    "not-found",
    / See whether the path is right, and whether what it names is still there\.$/,
  ],
  "a reset": [faults.reset(), "unreachable", / Ask plex-source-connection again with refresh on and probe on: this/],
  "no answer": [
    faults.hang(),
    "timeout",
    / Ask plex-source-connection again with refresh on and probe on, or allow more/,
  ],
  "a redirect": [
    faults.redirect("http://plex.example/"),
    "redirected",
    / with refresh on and probe on: this connection of the source leads to http:\/\/plex\.example\.$/,
  ],
  "a web page": [faults.html(), "invalid-response", /^The answer is a web page\. /],
};

/** What must not be sent, and what is said of it. */
const refused: readonly (readonly [title: string, msg: object, says: RegExp])[] = [
  ["no path", {}, /^There is no path\. /],
  ["a whole address", { path: "http://plex.example/library" }, /^The path is a whole address\. /],
  ["another host", { path: "//plex.example/library" }, /^The path leads to a host of its own\. /],
  ["another host, encoded", { path: "/%2Fplex.example" }, /^The path leads to a host of its own\. /],
  ["a way upwards", { path: "/library/../secret" }, /^The path leads upwards with "\.\."/],
  ["a way upwards, encoded", { path: "/library/%2E%2e/secret" }, /^The path leads upwards with "\.\."/],
  ["a backslash", { path: "/library\\sections" }, /^The path holds a backslash\. /],
  ["a fragment", { path: "/library#all" }, /^The path holds a fragment/],
  ["a line break", { path: "/library\r\nX-Plex-Token: canary" }, /^The path holds /],
  ["half a letter", { path: "/library/\ud83c" }, /^The path holds /],
  ["a token in the path", { path: "/library?X-PLEX-token=canary" }, /^The path holds an X-Plex-Token\. /],
  ["a token in the path, encoded", { path: "/library?X-Plex%2DToken=canary" }, /^The path holds an X-Plex-Token\. /],
  ["a token in the query", { path: "/a", query: { "x-plex-token": "canary" } }, /^The query holds an X-Plex-Token\. /],
  ["an object in the query", { path: "/a", query: { a: { b: 1 } } }, /^The query holds a value/],
  ["a query that is a list", { path: "/a", query: [1] }, /^The query is not an object/],
];

onEachRuntime("package: plex-request", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;
  let comms: Comms;

  before(async () => {
    simulator = await simulate();
    nodeRed = await start();
    comms = await openComms(nodeRed);
  });

  after(() => comms.close());

  afterEach(() => {
    simulator.clearFaults();
  });

  const flows = (properties: Properties = {}, config: Properties = {}): FlowNode[] => [
    tab,
    server(simulator.url, simulator.token, { timeout: 1000, ...config }),
    ...withEndings([
      ...bothWays(requestNode, "request", properties),
      sourceNode({ id: "source", probe: true, source: "source" }),
    ]),
  ];

  const ids = ["request", "caught-request"];

  describe("all pages of a list", () => {
    before(() => nodeRed.deploy(flows({ all: true, path, limit: "500" }, { retries: 1 })));

    it("are one result, and the status counts", async () => {
      simulator.fault(pages, { path, times: Infinity });
      const before = comms.messages.length;
      await tell(nodeRed, ids);
      for (const { at, msg } of await endingsOf(nodeRed, ids)) {
        const { Metadata, ...rest } = msg["payload"] as { readonly Metadata: readonly { readonly key: number }[] };
        assert.equal(at, "result");
        assert.deepEqual(rest, { title1: "Films", complete: true });
        assert.deepEqual(
          Metadata.map(({ key }) => key),
          Array.from({ length: 450 }, (_film, index) => index),
        );
      }
      const told = comms.messages.slice(before).filter(({ topic }) => topic === "status/request");
      const texts = told.map(({ data }) => (data as { text: string }).text.replace("plex-request.status.", ""));
      assert.deepEqual(texts, ["asking", "200/450", "400/450", "ok"]);
    });

    for (const [title, [fault, code, attempts]] of Object.entries(brokenPages)) {
      it(`are one failure where one of them is ${title}: ${code}`, async () => {
        const isSecond = ({ headers }: { readonly headers: object }) =>
          (headers as Record<string, unknown>)["x-plex-container-start"] === "200";
        simulator.fault(fault, { path, when: isSecond, times: Infinity });
        simulator.fault(pages, { path, times: Infinity });
        const before = simulator.requests.length;
        await tell(nodeRed, ids);
        const endings = await failuresOf(nodeRed, ids, code);
        const [error] = endings.filter(({ at }) => at === "error").map(({ msg }) => msg.error as { attempts: number });
        assert.equal(error?.attempts, attempts);
        assert.equal(simulator.requests.length, before + ids.length * (1 + attempts));
      });
    }
  });

  describe("a friend's server", () => {
    let friend: { readonly accessToken: string; readonly connections: readonly object[] };

    const expectNothingFor = (token: string, before: number) => {
      const asked = simulator.requests.slice(before);
      assert.deepEqual(new Set(asked.map(({ server: name }) => name)), new Set(["shared"]));
      assert.ok(asked.every(({ headers }) => headers["x-plex-token"] !== token));
    };

    before(async () => {
      await nodeRed.deploy(flows({ via: "friend" }));
      await tell(nodeRed, ["source"], { source: simulator.sharedServer });
      const [found] = await endingsOf(nodeRed, ["source"]);
      friend = found?.msg["payload"] as typeof friend;
    });

    for (const [title, [fault, code, hint]] of Object.entries(friendsFaults)) {
      it(`fails by itself: ${title} (${code})`, async () => {
        simulator.fault(fault, { times: Infinity });
        const before = simulator.requests.length;
        await tell(nodeRed, ids, { friend });
        for (const { message } of await failuresOf(nodeRed, ids, code)) {
          assert.match(message, hint);
          assert.ok(!message.includes(friend.accessToken));
        }
        expectNothingFor(simulator.token, before);
      });
    }

    for (const [title, value, code] of [
      ["is not there", undefined, "invalid-input"],
      ["is a text", "http://plex.example", "invalid-input"],
      ["is another node's result", { token: "canary", url: "http://plex.example" }, "invalid-input"],
      ["has no token", { accessToken: null, connections: [{ uri: "http://plex.example" }] }, "invalid-input"],
      ["has no connections", { accessToken: "canary", connections: [] }, "no-connection"],
    ] as const) {
      it(`is not asked, and nobody else is, where what via points at ${title}: ${code}`, async () => {
        const before = simulator.requests.length;
        await tell(nodeRed, ids, { friend: value });
        for (const { message } of await failuresOf(nodeRed, ids, code)) assert.doesNotMatch(message, /canary/);
        assert.equal(simulator.requests.length, before);
      });
    }
  });

  describe("what is not sent", () => {
    before(() => nodeRed.deploy(flows({ path: "path", pathType: "msg", query: "query", queryType: "msg" })));

    for (const [title, msg, says] of refused) {
      it(`invalid-input: ${title}`, async () => {
        const before = simulator.requests.length;
        await tell(nodeRed, ids, msg);
        for (const { message } of await failuresOf(nodeRed, ids, "invalid-input")) {
          assert.match(message, says);
          assert.doesNotMatch(message, /canary/);
        }
        assert.equal(simulator.requests.length, before);
      });
    }
  });
});
