import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import helper from "node-red-node-test-helper";
import { faults, startSimulator, type Simulator } from "../../../simulator";
import { unloadFlow } from "../../../testing/flows/flow";
import { catcher, EventsFlow, eventsNode, serverNode } from "../../../testing/flows/events-flow";

const token = "canary-account-token";
const streamPath = "/:/eventsource/notifications";
const film = { ratingKey: "41", type: "movie", title: "A long film", duration: 7_200_000 };
const song = { ratingKey: "51", type: "track", title: "A song", grandparentTitle: "A Singer", duration: 200_000 };

describe("plex-events", () => {
  let simulator: Simulator;
  let flow: EventsFlow;

  beforeEach(async () => {
    simulator = await startSimulator({ token });
    flow = new EventsFlow(token);
  });

  afterEach(async () => {
    await unloadFlow();
    await simulator.close();
  });

  const streams = () => simulator.requests.filter(({ path }) => path === streamPath);
  const server = (properties = {}) => serverNode(simulator.url, properties);
  /** Refuses the stream until told otherwise. */
  const refuse = (status: number) => {
    simulator.fault(faults.status(status), { path: streamPath, times: Infinity });
  };

  it("sends what plays to output 1, with topic and payload, and nothing else", async () => {
    await flow.deploy([server(), ...eventsNode("all")]);
    await flow.connected("all");
    const viewer = simulator.viewer({ name: "Bedroom", user: { id: "7", title: "anna" } });
    viewer.play(film, 5_000);
    await flow.hears("all", 1);
    viewer.pause();
    viewer.resume();
    viewer.stop(7_199_000);
    assert.deepEqual(await flow.hears("all", 4), ["started", "paused", "resumed", "stopped"]);
    const [first] = flow.heard("all", "event");
    assert.deepEqual(Object.keys(first!).sort(), ["_msgid", "payload", "topic"]);
    const { at, media, ...rest } = first!.payload as Record<string, unknown>;
    assert.ok(Math.abs(Date.now() - (at as number)) < 5_000);
    assert.deepEqual(rest, {
      ...{ event: "started", session: "1", inferred: false, position: 5_000, completed: null },
      player: {
        ...{ id: "simulated-tv", name: "Bedroom", product: "Plex for LG", platform: null },
        ...{ address: "127.0.0.1", local: true },
      },
      user: { id: "7", name: "anna" },
    });
    assert.equal((media as { title: string }).title, "A long film");
    assert.deepEqual(flow.topics("all", "connection"), []);
  });

  it("filters by player, user and media as its settings say", async () => {
    await flow.deploy([
      server(),
      ...eventsNode("living", { player: "LIVING room tv" }),
      ...eventsNode("id", { player: "tv-2" }),
      ...eventsNode("bert", { user: "8" }),
      ...eventsNode("music", { media: ["track"] }),
      ...eventsNode("all"),
    ]);
    await flow.connected("living", "id", "bert", "music", "all");
    simulator.viewer({ machineIdentifier: "tv-1", user: { id: "7", title: "anna" } }).play(film);
    await flow.hears("all", 1);
    simulator.viewer({ machineIdentifier: "tv-2", name: "Kitchen", user: { id: "8", title: "bert" } }).play(song);
    await flow.hears("all", 2);
    await flow.hears("bert", 1);
    const titles = (id: string) =>
      flow.heard(id, "event").map(({ payload }) => (payload as { media: { title: string } }).media.title);
    assert.deepEqual(["living", "id", "bert", "music", "all"].map(titles), [
      ["A long film"],
      ["A song"],
      ["A song"],
      ["A song"],
      ["A long film", "A song"],
    ]);
  });

  it("holds a stop back for the seconds of its settings, and tells positions where they are wanted", async () => {
    await flow.deploy([
      server(),
      ...eventsNode("held", { settle: "1" }),
      ...eventsNode("at once", { settle: 0, progress: true }),
    ]);
    await flow.connected("held", "at once");
    const viewer = simulator.viewer();
    viewer.play(film);
    await flow.hears("held", 1);
    viewer.progress(10_000);
    viewer.seek(60_000);
    assert.deepEqual(await flow.hears("at once", 4), ["started", "progress", "stopped", "started"]);
    await sleep(1_200);
    assert.deepEqual(flow.topics("held"), ["started"]);
    viewer.stop();
    const stoppedAt = performance.now();
    assert.deepEqual(await flow.hears("held", 2), ["started", "stopped"]);
    assert.ok(performance.now() - stoppedAt > 950);
  });

  it("tells of the library, or of everything as it comes but the log", async () => {
    await flow.deploy([
      server(),
      ...eventsNode("news", { listen: "library" }),
      ...eventsNode("raw", { listen: "all" }),
    ]);
    await flow.connected("news", "raw");
    const ended = {
      uuid: "u1",
      type: "library.update.section",
      title: "Scanning Films",
      Context: { librarySectionID: "1" },
    };
    simulator.notifications.send("log", { line: "a line" });
    simulator.notifications.send("activity", { event: "ended", uuid: "u1", Activity: ended });
    await flow.hears("news", 1);
    assert.deepEqual([flow.topics("news"), flow.topics("raw")], [["scanned"], ["activity"]]);
    assert.deepEqual(flow.heard("raw", "event")[0]!.payload, { event: "ended", uuid: "u1", Activity: ended });
  });

  it("shares one stream and one lookup among all nodes of a server", async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error) => warnings.push(warning.name);
    process.on("warning", onWarning);
    const nodes = Array.from({ length: 20 }, (_, index) => `node${index}`);
    await flow.deploy([server(), ...nodes.flatMap((id) => eventsNode(id))]);
    await flow.connected(...nodes);
    simulator.viewer().play(film);
    for (const id of nodes) await flow.hears(id, 1);
    const sessions = simulator.requests.filter(({ path }) => path === "/status/sessions");
    process.off("warning", onWarning);
    assert.deepEqual([streams().length, sessions.length, warnings], [1, 2, []]);
  });

  it("shows how its connection is", async () => {
    await flow.deploy([server(), ...eventsNode("node")]);
    await flow.connected("node");
    refuse(401);
    simulator.notifications.end();
    await flow.until(() => flow.statuses("node").length === 4, "the refusal");
    await helper.getNode("node").close(false);
    await flow.until(() => flow.statuses("node").length === 5, "the end");
    assert.deepEqual(flow.statuses("node"), [
      "blue dot connecting",
      "green dot connected",
      "yellow ring reconnecting",
      "red ring unauthorized",
      "none",
    ]);
  });

  it("tells of an outage once by output 2, however often it tries, and once that it is over", async () => {
    await flow.deploy([server(), ...eventsNode("node"), ...catcher]);
    await flow.connected("node");
    const before = Date.now();
    simulator.fault(faults.status(503), { path: streamPath, times: 2 });
    simulator.notifications.end("reset");
    await flow.hears("node", 2, "connection");
    assert.equal(streams().length, 4);
    const [out, back] = flow.heard("node", "connection");
    const { _msgid, error, payload, ...rest } = out!;
    assert.deepEqual([typeof _msgid, rest], ["string", { topic: "disconnected" }]);
    const { connected, since } = payload as { connected: boolean; since: number };
    assert.ok(!connected && since >= before && since <= Date.now());
    const { message, hint, ...details } = error!;
    assert.deepEqual(details, {
      source: { id: "node", type: "plex-events", name: "events node" },
      ...{ code: "unreachable", retryable: true, attempts: 1 },
    });
    assert.ok(String(message).endsWith(` ${String(hint)}`));
    assert.deepEqual([back!.topic, Object.keys(back!).sort()], ["connected", ["_msgid", "payload", "topic"]]);
    assert.equal((back!.payload as { connected: boolean }).connected, true);
    assert.deepEqual([flow.topics("node", "catch"), flow.loggedErrors], [[], []]);
  });

  it("hands an outage to Catch nodes where output 2 has no wire, once, and says nothing of its end", async () => {
    await flow.deploy([server(), ...eventsNode("node", { wires: [["node-event"], []] }), ...catcher]);
    await flow.connected("node");
    simulator.fault(faults.status(503), { path: streamPath });
    simulator.notifications.end();
    await flow.until(() => streams().length === 3, "the stream");
    await flow.connected("node");
    const [caught, ...others] = flow.heard("node", "catch");
    assert.deepEqual(others, []);
    const { code, source, message } = caught!.error!;
    assert.deepEqual([caught!.topic, (caught!.payload as { connected: boolean }).connected], ["disconnected", false]);
    assert.deepEqual([code, (source as { id: string }).id, typeof caught!._msgid], ["unreachable", "node", "string"]);
    assert.match(String(message), /\.$/);
    assert.deepEqual(flow.loggedErrors, []);
  });

  it("writes an outage to the log where there is no Catch node either, once", async () => {
    refuse(503);
    await flow.deploy([server(), ...eventsNode("node", { wires: [["node-event"]] })]);
    await flow.until(() => streams().length === 3, "two further attempts");
    assert.equal(flow.loggedErrors.length, 1);
    assert.match(flow.loggedErrors[0]!, /503/);
    simulator.clearFaults();
    await flow.connected("node");
    simulator.viewer().play(film);
    await flow.hears("node", 1);
    assert.equal(flow.loggedErrors.length, 1);
  });

  describe("that is not configured", () => {
    for (const [title, nodes, says] of [
      ["without a plex-config node", () => eventsNode("node"), /no plex-config node/],
      ["with one that has no URL", () => [serverNode(""), ...eventsNode("node")], /URL/],
      ["with a variable that is not set", () => [server(), ...eventsNode("node", { player: "${NO_TV}x" })], /NO_TV/],
      [
        "with a settling time that is none",
        () => [server(), ...eventsNode("node", { settle: "soon" })],
        /settling time/,
      ],
      [
        "with a kind of events that there is not",
        () => [server(), ...eventsNode("node", { listen: "radio" })],
        /"radio"/,
      ],
    ] as const) {
      it(`${title} tells so, as an outage`, async () => {
        await flow.deploy(nodes());
        await flow.hears("node", 1, "connection");
        const [{ topic, payload, error }] = flow.heard("node", "connection") as [Record<string, unknown>];
        const { code, message, attempts } = error as Record<string, unknown>;
        assert.deepEqual([topic, code, attempts], ["disconnected", "not-configured", 0]);
        assert.equal((payload as { connected: boolean }).connected, false);
        assert.match(String(message), says);
        assert.deepEqual(flow.statuses("node"), ["red ring not-configured"]);
        assert.deepEqual(simulator.requests, []);
      });
    }

    it("listens once it is, and tells that the outage is over", async () => {
      await flow.deploy(eventsNode("node"));
      await flow.hears("node", 1, "connection");
      // Node-RED leaves the node as it is: only its plex-config node is new.
      const before = helper.getNode("node");
      await flow.deploy([server(), ...eventsNode("node")], "nodes");
      assert.equal(helper.getNode("node"), before);
      await flow.connected("node");
      assert.deepEqual(flow.topics("node", "connection"), ["disconnected", "connected"]);
      simulator.viewer().play(film);
      await flow.hears("node", 1);
    });
  });

  it("goes on after a deploy that changes its plex-config node, and leaves the old stream", async () => {
    await flow.deploy([server(), ...eventsNode("node")]);
    await flow.connected("node");
    for (const [type, name] of [
      ["nodes", "one"],
      ["flows", "two"],
      ["full", "three"],
    ] as const) {
      const before = streams().length;
      await flow.deploy([server({ name }), ...eventsNode("node")], type);
      await flow.until(() => streams().length === before + 1, "another stream");
      await flow.until(() => simulator.notifications.open === 1, "the end of the old one");
      await flow.connected("node");
      const viewer = simulator.viewer();
      const count = flow.heard("node", "event").length;
      viewer.play(film);
      await flow.hears("node", count + 1);
      viewer.stop();
      await flow.hears("node", count + 2);
    }
    assert.deepEqual(flow.topics("node", "connection"), []);
  });

  it("takes the stream of a plex-config node that goes and comes back", async () => {
    await flow.deploy([server(), ...eventsNode("node")]);
    await flow.connected("node");
    await flow.deploy(eventsNode("node"), "nodes");
    await flow.hears("node", 1, "connection");
    await flow.until(() => simulator.notifications.open === 0, "the end of the stream");
    await flow.deploy([server(), ...eventsNode("node")], "nodes");
    await flow.connected("node");
    assert.deepEqual(flow.topics("node", "connection"), ["disconnected", "connected"]);
  });

  it("goes on untouched by deploys that do not concern it", async () => {
    await flow.deploy([server(), ...eventsNode("node")]);
    await flow.connected("node");
    const other = { id: "other", z: "tab1", type: "helper", wires: [] };
    await flow.deploy([server(), ...eventsNode("node"), other], "nodes");
    await sleep(200);
    assert.equal(streams().length, 1);
    assert.deepEqual(flow.statuses("node"), ["blue dot connecting", "green dot connected"]);
  });

  it("leaves nothing behind when it is closed", async () => {
    const listeners = () => flow.events.listenerCount("flows:started");
    const before = listeners();
    await flow.deploy([server(), ...eventsNode("first"), ...eventsNode("second")]);
    await flow.connected("first", "second");
    await helper.getNode("first").close(false);
    await sleep(50);
    simulator.viewer().play(film);
    await flow.hears("second", 1);
    assert.deepEqual([flow.topics("first"), simulator.notifications.open], [[], 1]);
    await helper.getNode("second").close(false);
    await flow.until(() => simulator.notifications.open === 0, "the end of the stream");
    assert.equal(listeners(), before);
  });

  it("makes plex-transient-token forget its token when the stream is lost: the server may have restarted", async () => {
    const reuse = { id: "token", z: "tab1", type: "plex-transient-token", server: "config1", reuse: 60 };
    const tokens = { id: "tokens-event", z: "tab1", type: "helper", wires: [] };
    await flow.deploy([server(), ...eventsNode("node"), { ...reuse, wires: [["tokens-event"], []] }, tokens]);
    await flow.connected("node");
    const ask = async () => {
      const count = flow.heard("tokens", "event").length;
      helper.getNode("token").receive({});
      await flow.hears("tokens", count + 1);
      return flow.heard("tokens", "event").at(-1)!.payload as { token: string; reused: boolean };
    };
    const [first, second] = [await ask(), await ask()];
    assert.deepEqual([second.token === first.token, second.reused], [true, true]);
    simulator.restart();
    simulator.notifications.end();
    await flow.hears("node", 1, "connection");
    const third = await ask();
    assert.deepEqual([third.token === first.token, third.reused], [false, false]);
  });
});
