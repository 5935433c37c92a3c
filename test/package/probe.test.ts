import assert from "node:assert/strict";
import { faults } from "../../simulator";
import { HostileTargets } from "../../testing/http/hostile-targets";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import { openComms, type Comms } from "../../testing/node-red/comms";
import {
  identityOf,
  later,
  RecordingMediaServer,
  RecordingServer,
  recordingServers,
} from "../../testing/http/recording-server";
import { assertUntold } from "../../testing/spellings";
import {
  burst,
  placed,
  probed,
  server,
  sourceNode,
  tab,
  tokenNode,
  withoutCredentials,
} from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const token = "Canary-7_Zq9.~xyz";
const machineIdentifier = "0123456789abcdef".repeat(2);
const source = `server://${machineIdentifier}`;
const provider = "provider://tv.plex.provider.vod";
const identity = identityOf(machineIdentifier);

interface Tried {
  readonly uri: string;
  readonly reachable: boolean | null;
  readonly error?: string;
  readonly latency?: number;
}

interface Found {
  readonly connection: Tried;
  readonly connections: readonly Tried[];
}

onEachRuntime("package: trying connections", ({ start }) => {
  const serve = recordingServers();
  let own: RecordingMediaServer;
  let good: RecordingServer;
  let targets: HostileTargets;
  let nodeRed: NodeRedProcess;
  let comms: Comms;

  const trying = { source: "topic", sourceType: "msg", probe: true };
  const flows = (): FlowNode[] => [
    tab,
    // Where something answers, none of this time is waited for.
    server(own.url, token, { timeout: 20_000 }),
    server(own.url, token, { id: "hasty", timeout: 1500 }),
    ...probed(sourceNode({ ...trying, id: "best" })),
    ...probed(sourceNode({ ...trying, id: "other" })),
    ...probed(sourceNode({ ...trying, id: "hasty-best", server: "hasty" })),
    ...probed(sourceNode({ ...trying, id: "caught", server: "hasty" }), "catch"),
    ...probed(tokenNode()),
    ...burst("many", ["best"]),
    ...burst("shared", ["best", "other"]),
    placed({ id: "catch", type: "catch", scope: ["caught"], wires: [["caught-error"]] }),
    placed({ id: "caught-error", type: "probe", name: "caught error", wires: [[]] }),
  ];

  before(async () => {
    own = await RecordingMediaServer.start(token);
    good = await RecordingServer.start(identity);
    targets = await HostileTargets.start(machineIdentifier);
    nodeRed = await start();
    comms = await openComms(nodeRed);
  });

  beforeEach(async () => {
    await nodeRed.deploy([tab]);
    await nodeRed.deploy(flows());
    nodeRed.messages.length = 0;
    for (const each of [own.server, good]) each.requests.length = 0;
  });

  after(async () => {
    await comms.close();
    await Promise.all([own.server.close(), good.close(), targets.close()]);
  });

  const listed = (...uris: readonly string[]) => uris.map((uri) => ({ uri, local: true }));

  const arrive = (name: string, count: number) =>
    nodeRed.until(() => nodeRed.messagesAt(name).length >= count, `${count} messages at ${name}`, 30_000);

  const ask = async (id: string, topic: string, outcome: "success" | "error") => {
    const before = nodeRed.messagesAt(`${id} ${outcome}`).length;
    await nodeRed.inject(id, { topic, payload: "kept" });
    await arrive(`${id} ${outcome}`, before + 1);
    return nodeRed.messagesAt(`${id} ${outcome}`).at(-1)!.msg;
  };

  /** The texts below a node, in the order in which an editor got them. */
  const statuses = (id: string) =>
    comms.messages.filter(({ topic }) => topic === `status/${id}`).map(({ data }) => (data as { text?: string }).text);

  const expectNoSockets = (...servers: readonly { openSockets: number }[]) =>
    nodeRed.until(() => servers.every(({ openSockets }) => openSockets === 0), "the end of the connections", 1500);

  it("finds the one that is good among all that are not", async () => {
    own.sources.set(source, listed(...targets.all.map(({ uri }) => uri), good.url));
    const { connection, connections } = (await ask("best", source, "success")).payload as Found;
    assert.deepEqual([connection.uri, connection.reachable], [good.url, true]);
    assert.equal(connections.length, targets.all.length + 1);
    const expected = new Map(targets.all.map(({ uri, error }) => [uri, error]));
    for (const { uri, reachable, error } of connections.filter((each) => each.uri !== good.url)) {
      assert.ok(reachable === null || error === expected.get(uri), `${uri}: ${String(reachable)} ${String(error)}`);
    }
    await expectNoSockets(targets, good);
  });

  it("says of each why it failed when none is good, by either route", async () => {
    own.sources.set(source, listed(...targets.all.map(({ uri }) => uri)));
    for (const id of ["hasty-best", "caught"]) {
      const { error, payload } = await ask(id, source, "error");
      const { code, message } = error as { code: string; message: string };
      assert.deepEqual([code, payload], ["no-connection", "kept"]);
      assert.match(
        message,
        new RegExp(`^None of the ${targets.all.length} .*: tls, .* and ${targets.all.length - 20} more\\)`),
      );
    }
    assert.equal(statuses("hasty-best").at(-1), "plex-source-connection.status.no-connection");
    await expectNoSockets(targets);
    assert.equal(nodeRed.messages.length, 2);
  });

  it("tells no token to any of them, in any spelling, nor to the log", async () => {
    own.sources.set(source, listed(...targets.all.map(({ uri }) => uri), good.url));
    own.sources.set(provider, own.sources.get(source)!);
    await ask("token", "", "success");
    const { accessToken } = (await ask("best", source, "success")).payload as { accessToken: string };
    await ask("best", provider, "success");
    const secrets = [token, ...own.given];
    assert.ok(own.given.includes(accessToken));
    assertUntold(`${targets.bytes}${good.bytes}`, secrets, "a target");
    assertUntold(nodeRed.log, secrets, "the log");
    assert.equal(targets.bait.requests.length, 0);
    const header = `x-plex-token: ${token}\r\n`;
    assert.ok(own.server.bytes.includes(header));
    assertUntold(own.server.bytes.replaceAll(header, ""), secrets, "the server, beside the header,");
  });

  it("takes hundreds of connections, and such as lead nowhere, and is done in time", async () => {
    const silent = await serve(faults.hang());
    const nowhere = [
      "javascript:alert(1)",
      "file:///etc/passwd",
      "ftp://127.0.0.1",
      "",
      "http://",
      "http://127.0.0.1:0",
    ];
    const odd = [5, null, {}, [], "http://127.0.0.1:99999", "http://a b"].map((uri) => ({ uri, port: -1 }));
    const many = Array.from({ length: 900 }, (_, index) => `${silent.url}/${index}`);
    own.sources.set(source, [...listed(...nowhere, ...many, ...many), ...odd, null, 7, "text", { uri: good.url }]);
    const begin = Date.now();
    const { connection, connections } = (await ask("hasty-best", source, "success")).payload as Found;
    assert.ok(Date.now() - begin < 6000, `${Date.now() - begin} ms`);
    assert.deepEqual([connection.uri, connections.length], [good.url, 1801]);
    assert.ok(silent.accepted <= 128, `${silent.accepted} connections`);
    await expectNoSockets(silent, good);
  });

  it("prefers what is near although it is slow, and shows how many have answered", async () => {
    const [near, late] = [await serve(later(600, identity)), await serve(later(300, faults.status(404)))];
    own.sources.set(source, [{ uri: good.url }, ...listed(near.url, late.url)]);
    const before = statuses("best").length;
    const { connection } = (await ask("best", source, "success")).payload as Found;
    assert.equal(connection.uri, near.url);
    const shown = () => statuses("best").slice(before);
    await nodeRed.until(() => shown().at(-1) === "plex-source-connection.status.ok", "the green dot");
    const expected = ["plex-source-connection.status.asking", "1/3", "2/3", "3/3", "plex-source-connection.status.ok"];
    assert.deepEqual(shown(), expected);
  });

  describe("for a burst of messages", () => {
    it("asks once and tries once, and each message gets an object of its own", async () => {
      const near = await serve(later(700, identity));
      own.sources.set(source, [...listed(near.url, near.url), { uri: good.url }]);
      await nodeRed.inject("many", { topic: source, payload: Array.from({ length: 1000 }, (_, index) => index) });
      await arrive("best success", 1000);
      assert.deepEqual([own.server.requests.length, near.requests.length, good.requests.length], [1, 1, 1]);
      const ids = nodeRed.messagesAt("best success").map(({ msg }) => (msg.parts as { index: number }).index);
      assert.equal(new Set(ids).size, 1000);
      await ask("best", source, "success");
      assert.deepEqual([own.server.requests.length, near.requests.length, good.requests.length], [2, 2, 2]);
    });

    it("asks and tries once for each of two sources", async () => {
      const near = await serve(later(700, identity));
      own.sources.set(source, listed(near.url)).set(provider, listed(near.url));
      for (const topic of [source, provider]) {
        await nodeRed.inject("many", { topic, payload: Array.from({ length: 500 }, (_, index) => index) });
      }
      await arrive("best success", 1000);
      assert.deepEqual([own.server.requests.length, near.requests.length], [2, 2]);
      const sources = nodeRed.messagesAt("best success").map(({ msg }) => (msg.payload as { source: string }).source);
      assert.equal(sources.filter((each) => each === provider).length, 500);
    });

    it("ends each as cancelled, once, when the node is deployed again, and the other node gets its results", async () => {
      const [near, quick] = [await serve(later(2500, identity)), await serve(later(1500, faults.status(404)))];
      own.sources.set(source, listed(near.url, quick.url));
      await nodeRed.inject("shared", { topic: source, payload: Array.from({ length: 200 }, (_, index) => index) });
      await nodeRed.until(() => near.openSockets > 0 && quick.openSockets > 0, "the tries");
      await nodeRed.deploy(
        withoutCredentials(flows()).map((node) => (node.id === "best" ? { ...node, name: "renamed" } : node)),
        "nodes",
      );
      assert.ok(nodeRed.stoppingTime < 1000, `stopping took ${nodeRed.stoppingTime} ms`);
      const before = statuses("best").length;
      await arrive("best error", 200);
      await arrive("other success", 200);
      const codes = nodeRed.messagesAt("best error").map(({ msg }) => (msg.error as { code: string }).code);
      assert.deepEqual([...new Set(codes)], ["cancelled"]);
      assert.equal(nodeRed.messages.length, 400);
      assert.deepEqual([own.server.requests.length, near.requests.length], [1, 1]);
      // What the other one went on waiting for is nothing that this one shows.
      assert.deepEqual(
        statuses("best")
          .slice(before)
          .filter((text) => text?.includes("/")),
        [],
      );
      await expectNoSockets(near, quick);
    });

    it("leaves nothing behind when all is deployed again in the middle", async () => {
      await nodeRed.deploy([tab]);
      const atRest = (await nodeRed.resources()).length;
      await nodeRed.deploy(flows());
      const silent = await serve(faults.hang());
      own.sources.set(source, listed(...Array.from({ length: 50 }, (_, index) => `${silent.url}/${index}`)));
      await nodeRed.inject("shared", { topic: source, payload: Array.from({ length: 500 }, (_, index) => index) });
      await nodeRed.until(() => silent.openSockets >= 50, "the tries");
      await nodeRed.deploy([tab], "nodes");
      assert.ok(nodeRed.stoppingTime < 1000, `stopping took ${nodeRed.stoppingTime} ms`);
      await expectNoSockets(silent, own.server);
      // Some may be on their way out: the test's own connections to the admin API, Node-RED's timers.
      assert.ok((await nodeRed.resources()).length <= atRest + 3);
      assert.doesNotMatch(nodeRed.log, /MaxListenersExceeded|Close timed out|Error stopping node/);
    });
  });
});
