import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { faults, startSimulator, type Fault, type Simulator } from "../../simulator";
import { startConnectProxy, type ConnectProxy } from "../../testing/http/connect-proxy";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import { openComms, type Comms } from "../../testing/node-red/comms";
import {
  catchAll,
  placed,
  probed,
  requestNode,
  server,
  sourceNode,
  tab,
  tokenNode,
  withoutCredentials,
  type Properties,
} from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

/** A token with every kind of character that one can hold. */
const canary = "Canary-7_Zq9.~xyz";

/** The ways in which a token could turn up; case aside, for host names lose theirs. */
const spellings = [
  canary,
  encodeURIComponent(canary),
  encodeURI(canary),
  JSON.stringify(canary).slice(1, -1),
  JSON.stringify(JSON.stringify(canary)).slice(3, -3),
  canary.replaceAll('"', "&quot;"),
  ...(["base64", "base64url", "hex"] as const).map((way) => Buffer.from(canary).toString(way)),
  // A part that no spelling changes.
  "Canary",
].map((spelling) => spelling.toLowerCase());

function assertClean(text: string, where: string): void {
  const lower = text.toLowerCase();
  for (const spelling of spellings) {
    const at = lower.indexOf(spelling);
    assert.equal(at, -1, `${where} tells the token: …${text.slice(Math.max(at - 200, 0), at + 100)}…`);
  }
}

const echo =
  (answer: (token: string) => Fault): Fault =>
  (req, res, proceed) => {
    answer(String(req.headers["x-plex-token"]))(req, res, proceed);
  };

const sayingItInTheReason: Fault = (req, res) => {
  res.writeHead(500, String(req.headers["x-plex-token"])).end();
};

/** More than any of the nodes takes. */
const tooMuch = 17 * 1024 * 1024;

/** Whatever a server can do to a request, and all places in which it could send the token back. */
const misbehaviours: Readonly<Record<string, Fault>> = {
  ...Object.fromEntries([400, 401, 403, 404, 408, 418, 422, 429, 500, 503].map((code) => [code, faults.status(code)])),
  hang: faults.hang(),
  hangInBody: faults.hangInBody(),
  reset: faults.reset(),
  resetInBody: faults.resetInBody(),
  fin: faults.fin(),
  finInBody: faults.finInBody(),
  finInChunkedBody: faults.finInChunkedBody(),
  slowDrip: faults.slowDrip(),
  notHttp: faults.notHttp(),
  informational: faults.informational(),
  switchingProtocols: faults.switchingProtocols(),
  oversizedHeaders: faults.oversizedHeaders(),
  html: faults.html(),
  cutOffJson: faults.cutOffJson(),
  cutOffXml: faults.cutOffXml(),
  hugeJson: faults.hugeJson(tooMuch),
  gzipBomb: faults.gzipBomb(tooMuch),
  truncatedGzip: faults.truncatedGzip(),
  corruptGzip: faults.corruptGzip(),
  "token in an error page": echo((token) => faults.status(401, { body: `<p>${token}</p>` })),
  "token in the reason": sayingItInTheReason,
  "token in the status line": echo((token) => faults.raw(`HTTP/1.1 ${token}\r\n\r\n`)),
  "token in no HTTP at all": echo((token) => faults.raw(`${token}\r\n`)),
  "token in broken JSON": echo((token) => faults.body(`{"token": ${token}`, "application/json")),
  "token in broken XML": echo((token) => faults.xml(`<MediaContainer token='${token}'><${token}`)),
  "token as text": echo((token) => faults.body(token, "text/plain")),
  "token in a redirect's query": echo((token) =>
    faults.redirect(`http://example.invalid/?X-Plex-Token=${encodeURIComponent(token)}`),
  ),
  "token in a redirect's login": echo((token) =>
    faults.redirect(`http://plex:${encodeURIComponent(token)}@example.invalid/`),
  ),
  "token in Retry-After": echo((token) => faults.status(429, { retryAfter: token })),
  "token in a header": echo((token) => faults.status(500, { headers: { "X-Plex-Token": token, Server: token } })),
  "token in the content type": echo((token) => faults.body("{", `application/json; charset="${token}"`)),
  "token in a huge body": echo((token) => faults.body(token.repeat(100_000), "application/json")),
};

/** The same where plex-request has an answer to hand on. */
const answers: Readonly<Record<string, Fault>> = {
  withoutToken: faults.withoutToken(),
  noContent: faults.noContent(),
  "token in JSON of another kind": echo((token) => faults.json([token, { [token]: token }])),
};

const askingTheServer = ["token", "source", "probing", "request", "unwired-token", "unwired-source", "unwired-request"];
const askingAFriend = ["via", "unwired-via"];
const ids = [...askingTheServer, ...askingAFriend];
const requesting = ids.filter((id) => /request|via/.test(id));

const failureProbes = ["token-error", "source-error", "probing-error", "request-error", "via-error", "caught"];

onEachRuntime("package: the stored token is told to nobody but the server", ({ start, simulate }) => {
  let simulator: Simulator;
  let proxy: ConnectProxy;
  let nodeRed: NodeRedProcess;
  let comms: Comms;
  /** What plex-source-connection tells of a friend's server. */
  let friend: { readonly accessToken: string };

  before(async () => {
    simulator = await simulate({ token: canary });
    proxy = await startConnectProxy({ username: "jo", password: "s3cret" });
    nodeRed = await start();
    comms = await openComms(nodeRed);
    await nodeRed.deploy(flows(simulator.url, { timeout: 5000 }));
    await nodeRed.inject("probing", { payload: { source: simulator.sharedServer } });
    const found = await nodeRed.until(() => nodeRed.messagesAt("probing success").at(-1), "the friend's server");
    friend = found.msg["payload"] as typeof friend;
    assert.match(friend.accessToken, /^transient-/);
  });

  after(async () => {
    await comms.close();
    await proxy.close();
  });

  let read = { log: 0, frames: 0 };

  /** Fails when the token turns up in anything that has been said since the last call. */
  const expectNothingTold = () => {
    for (const { probe, msg } of nodeRed.messages) {
      // What the server itself has answered is the result of plex-request, whatever is in it.
      const { payload, ...rest } = msg;
      assertClean(JSON.stringify(rest), `a message at ${probe}`);
      if (!/request success$/.test(probe)) assertClean(JSON.stringify(payload ?? null), `the payload at ${probe}`);
      const error = JSON.stringify(msg.error ?? null);
      assert.ok(!error.includes(friend.accessToken), `the error at ${probe} tells a friend's token`);
    }
    const { log } = nodeRed;
    const frames = [...comms.frames];
    const said = { log: log.slice(read.log), frames: frames.slice(read.frames) };
    read = { log: log.length, frames: frames.length };
    assertClean(said.log, "the log");
    for (const frame of said.frames) assertClean(frame, "the editor's connection");
  };

  /** A test that provokes something and then looks everywhere. */
  const provoke = (title: string, run: () => Promise<void>) => {
    it(title, async () => {
      try {
        await run();
      } finally {
        simulator.clearFaults();
      }
      nodeRed.assertAlive();
      expectNothingTold();
    });
  };

  /** Debug nodes, as users set them up when something does not work. */
  const debug = (): FlowNode[] =>
    failureProbes.map((behind) =>
      placed({ id: `${behind}-debug`, type: "debug", active: true, tosidebar: true, console: true, complete: "true" }),
    );

  const flows = (url: string, properties: Properties = {}, token: string = canary): FlowNode[] => [
    tab,
    server(url, token, { timeout: 300, ...properties }),
    ...[
      ...probed(tokenNode({ id: "token" })),
      ...probed(sourceNode({ id: "source" })),
      ...probed(sourceNode({ id: "probing", probe: true })),
      ...probed(requestNode({ id: "request" })),
      ...probed(requestNode({ id: "via", via: "friend" })),
      ...probed(tokenNode({ id: "unwired-token" }), "catch"),
      ...probed(sourceNode({ id: "unwired-source" }), "catch"),
      ...probed(requestNode({ id: "unwired-request" }), "catch"),
      ...probed(requestNode({ id: "unwired-via", via: "friend" }), "catch"),
      ...catchAll(),
    ].map((node) => (failureProbes.includes(node.id) ? { ...node, wires: [[`${node.id}-debug`]] } : node)),
    ...debug(),
    placed({ id: "status", type: "status", scope: null, wires: [["status-probe"]] }),
    placed({ id: "status-probe", type: "probe", name: "status" }),
  ];

  /** Sends a message to each of these nodes. */
  const tellAll = async (asked: readonly string[]) => {
    nodeRed.messages.length = 0;
    for (const id of asked) await nodeRed.inject(id, { payload: { source: simulator.sharedServer }, friend });
  };

  /** The same, and returns where and with which codes they came out. */
  const askAll = async (asked: readonly string[] = ids): Promise<string[]> => {
    await tellAll(asked);
    const outcomes = () => nodeRed.messages.filter(({ probe }) => probe !== "status");
    await nodeRed.until(() => outcomes().length >= asked.length, "the outcomes");
    return outcomes().map(({ probe, msg }) => `${probe} ${(msg.error as { code?: string } | undefined)?.code ?? ""}`);
  };

  /** Sees that so many nodes have failed and no other has, all with this code where it is given. */
  const expectFailures = (outcomes: readonly string[], code = "[a-z-]+", count = outcomes.length) => {
    const failure = new RegExp(`^(?:[a-z]+ error|caught) ${code}$`);
    const failed = outcomes.filter((outcome) => failure.test(outcome));
    assert.equal(failed.length, count, outcomes.join(", "));
  };

  describe("whatever the server does", () => {
    before(() => nodeRed.deploy(flows(simulator.url)));

    provoke("a good answer", async () => {
      const outcomes = await askAll();
      assert.deepEqual(outcomes.sort(), ids.map((id) => `${id} success `).sort());
    });

    for (const [title, fault] of Object.entries(misbehaviours)) {
      provoke(title, async () => {
        simulator.fault(fault, { times: Infinity });
        expectFailures(await askAll());
      });
    }

    for (const [title, fault] of Object.entries(answers)) {
      provoke(`${title}, which is an answer to plex-request`, async () => {
        simulator.fault(fault, { times: Infinity });
        const outcomes = await askAll();
        const answered = outcomes.filter((outcome) => outcome.endsWith(" success "));
        assert.deepEqual(answered.sort(), requesting.map((id) => `${id} success `).sort());
        expectFailures(outcomes, undefined, ids.length - requesting.length);
      });
    }

    provoke("a redirect to a host that has the token for its name", async () => {
      const hostSafe = "CanaryInAHostName";
      await nodeRed.deploy(flows(simulator.url, {}, hostSafe));
      simulator.fault(
        echo((token) => faults.redirect(`http://${token}.invalid/`)),
        { times: Infinity },
      );
      expectFailures(await askAll(), "redirected");
    });
  });

  describe("when the request does not reach it", () => {
    const deployAndAsk = async (url: string, properties?: Properties, others: readonly FlowNode[] = []) => {
      await nodeRed.deploy([...flows(url, properties), ...others]);
      return askAll(askingTheServer);
    };

    provoke("no server", async () => {
      const gone = await startSimulator();
      await gone.close();
      expectFailures(await deployAndAsk(gone.url), "unreachable");
    });

    provoke("no such name", async () => {
      expectFailures(await deployAndAsk("http://plex.invalid:32400", { timeout: 5000 }));
    });

    provoke("https where the server speaks http", async () => {
      expectFailures(await deployAndAsk(simulator.url.replace("http:", "https:")), "tls");
    });

    provoke("a proxy that refuses", async () => {
      const proxyNode = { id: "proxy", type: "http proxy", url: proxy.url, noproxy: [], credentials: {} };
      expectFailures(await deployAndAsk(simulator.url, { proxy: "proxy" }, [proxyNode]), "unreachable");
      assert.ok(proxy.refusals > 0);
    });

    provoke("a deploy in between", async () => {
      await nodeRed.deploy(flows(simulator.url, { timeout: 20_000 }));
      simulator.fault(faults.hang(), { times: Infinity });
      const before = simulator.requests.length;
      await tellAll(ids);
      await nodeRed.until(() => simulator.requests.length === before + ids.length, "the requests");
      await nodeRed.deploy(flows(simulator.url), "nodes");
      await nodeRed.until(() => nodeRed.messages.length >= ids.length, "the cancelled messages");
    });
  });

  describe("when the token is one that cannot be used", () => {
    for (const [title, token] of Object.entries({
      "with a space in it": `${canary} ${canary}`,
      "with a line break in it": `${canary}\n${canary}`,
      "with a character of another alphabet": `${canary}ж`,
      "a claim token": `claim-${canary}`,
      "that refers to a variable in part": `${canary}\${NOBODY}`,
    })) {
      provoke(title, async () => {
        await nodeRed.deploy(flows(simulator.url, {}, token));
        expectFailures(await askAll(), "not-configured");
      });
    }
  });

  describe("by Node-RED", () => {
    before(async () => {
      await nodeRed.deploy(flows(simulator.url));
      await askAll();
    });

    for (const path of [
      "flows",
      "flow/tab",
      "flow/global",
      "settings",
      "settings/user",
      "diagnostics",
      "nodes",
      "context/global",
      "context/flow/tab",
      "context/node/token",
    ]) {
      it(`GET /${path}`, async () => {
        for (const version of ["v1", "v2"]) {
          const headers = { Accept: "application/json", "Node-RED-API-Version": version };
          const response = await nodeRed.admin(path, { headers });
          assert.equal(response.status, 200);
          assertClean(await response.text(), path);
        }
      });
    }

    it("GET /credentials/plex-config/<id>: only that there is one", async () => {
      assert.deepEqual(await nodeRed.adminJson("credentials/plex-config/server"), { has_token: true });
    });

    describe("POST /plex-config/test, which the form asks", () => {
      const ask = (form: object, headers: Record<string, string> = {}) =>
        nodeRed.admin("plex-config/test", {
          method: "POST",
          headers: { "Content-Type": "application/json", ...headers },
          body: JSON.stringify({ id: "server", token: "__PWRD__", clientIdentifier: "of-the-form", ...form }),
        });

      it("tries the stored token at the deployed URL, and keeps it to itself", async () => {
        const response = await ask({ url: simulator.url });
        const text = await response.text();
        assert.equal(response.status, 200);
        assert.ok(!("error" in (JSON.parse(text) as object)), text);
        assertClean(text, "the answer");
        expectNothingTold();
      });

      it("takes the stored token nowhere else", async () => {
        const other = await simulate();
        const response = await ask({ url: other.url });
        const text = await response.text();
        assert.match(text, /only sent to the server URL that is deployed/);
        assert.ok(other.requests.every(({ headers }) => headers["x-plex-token"] === undefined));
        assertClean(text, "the answer");
      });

      for (const [title, headers, status] of [
        ["a page from elsewhere", { Origin: "http://elsewhere.example" }, 403],
        ["a page from elsewhere, by https", { "Sec-Fetch-Site": "cross-site" }, 403],
        ["a form", { "Content-Type": "text/plain" }, 415],
      ] as const) {
        it(`asks nothing for ${title}`, async () => {
          const before = simulator.requests.length;
          assert.equal((await ask({ url: simulator.url }, headers)).status, status);
          assert.equal(simulator.requests.length, before);
        });
      }
    });

    it("the files in the user folder", async () => {
      const entries = await readdir(nodeRed.userDir, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"));
      const names = files.map(({ name }) => name);
      assert.ok(names.includes("flows.json") && names.includes("flows_cred.json"));
      for (const { parentPath, name } of files) assertClean(await readFile(join(parentPath, name), "latin1"), name);
    });

    for (const id of ["server", ...ids]) {
      it(`the node object, logged or serialised: ${id}`, async () => {
        const { type, json, inspect } = await nodeRed.dump(id);
        assert.match(type, /^plex-/);
        assert.ok(json.includes(`"type":"${type}"`) && inspect.includes(type));
        assertClean(json, "JSON.stringify");
        assertClean(inspect, "util.inspect");
      });

      it(`the node object with all that is hidden in it: ${id}`, async () => {
        // Node-RED itself keeps what came with a deploy in each node's hidden _flow, credentials and all, so the
        // token must not have come with the last one: the editor sends it only when it has been typed in.
        await nodeRed.deploy(withoutCredentials(flows(simulator.url)));
        await askAll();
        const { type, hidden } = await nodeRed.dump(id);
        assert.ok(hidden.includes(type) && hidden.includes("_flow"));
        assertClean(hidden, "util.inspect");
      });
    }
  });

  describe("all in all", () => {
    it("in anything that was said late", () => {
      expectNothingTold();
    });

    it("in the status of a node, which is a key of the catalogue or a figure", () => {
      const texts = comms.messages
        .filter(({ topic }) => ids.some((id) => topic === `status/${id}`))
        .flatMap(({ data }) => (data as { text?: string }).text ?? []);
      const wellKnown = /^(?:(?:plex-transient-token|plex-source-connection|plex-request)\.status\.[a-z-]+|\d+\/\d+)$/;
      assert.deepEqual(
        texts.filter((text) => !wellKnown.test(text)),
        [],
      );
      assert.ok(texts.length > 100);
    });

    it("in a URL, or to anything but the server that it is for", () => {
      const { requests } = simulator;
      const asked = new Map<string, string[]>();
      for (const { server: name, path, url, headers } of requests) {
        assertClean(url, "a URL");
        const { "x-plex-token": token, ...others } = headers;
        assertClean(JSON.stringify(others), "another header");
        // Whoever has an address is only asked who it is, without any token.
        const whom = path === "/identity" ? "identity" : name;
        asked.set(whom, [...(asked.get(whom) ?? []), String(token)]);
      }
      const { own = [], shared = [], identity = [] } = Object.fromEntries(asked);
      assert.ok(own.length > 100 && own.every((token) => token.startsWith("Canary")));
      assert.ok(shared.length > 50 && shared.every((token) => token === friend.accessToken));
      assert.ok(identity.length > 0 && identity.every((token) => token === "undefined"));
      assert.deepEqual([...asked.keys()].sort(), ["identity", "own", "shared"]);
    });

    it("and this would have been noticed", async () => {
      await nodeRed.inject("caught-debug", { payload: canary });
      await nodeRed.until(
        () => comms.frames.some((frame) => frame.includes("debug") && frame.includes("Canary")),
        "it",
      );
      assert.throws(expectNothingTold, /tells the token/);
      for (const spelling of spellings) {
        assert.throws(() => {
          assertClean(`…${spelling}…`, "this");
        }, /this tells/);
      }
    });
  });
});
