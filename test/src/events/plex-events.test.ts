import assert from "node:assert/strict";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import {
  certificates,
  faults,
  startSimulator,
  type Fault,
  type Simulator,
  type SimulatorOptions,
} from "../../../simulator";
import type { EventsTiming } from "../../../src/events";
import { PlexClient } from "../../../src/plex-client";
import { Ear, eventsOf, playback, quickly, type Target } from "../../../testing/events/ear";
import { startConnectProxy } from "../../../testing/http/connect-proxy";
import { recordingServers } from "../../../testing/http/recording-server";

const stream = "/:/eventsource/notifications";
const episode = { ratingKey: "40", type: "episode", title: "Pilot", grandparentTitle: "A Show", duration: 600_000 };
const long = { ratingKey: "41", type: "movie", title: "A long film", duration: 7_200_000 };

describe("events of a server", () => {
  let simulator: Simulator;
  const closing: (() => unknown)[] = [];
  const startServer = recordingServers();

  beforeEach(async () => {
    simulator = await startSimulator();
    simulator.notifications.pingInterval = 500;
    closing.push(() => simulator.close());
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const open = (timing: Partial<EventsTiming> = {}, target: Partial<Target> = {}) => {
    const all = eventsOf({ url: simulator.url, token: simulator.token, ...target }, timing);
    closing.push(all.close);
    return all;
  };
  const opened = (...options: Parameters<typeof open>) => open(...options).events;
  const asked = (path = stream) => simulator.requests.filter((request) => request.path === path);
  const another = async (options: SimulatorOptions) => {
    const other = await startSimulator(options);
    closing.push(() => other.close());
    return other;
  };

  it("tell of what plays, with all that the server knows", async () => {
    const ear = new Ear(opened());
    await ear.connected();
    const viewer = simulator.viewer({ name: "Bedroom", user: { id: "7", title: "anna" } });
    const before = Date.now();
    viewer.play(episode, 5_000);
    await ear.hears(1);
    viewer.pause();
    viewer.resume();
    viewer.seek(300_000);
    await ear.hears(3);
    await ear.until(() => asked("/status/sessions").length === 3, "the session after the seek");
    await sleep(50);
    viewer.stop(599_000);
    assert.deepEqual(await ear.hears(4), ["started", "paused", "resumed", "stopped"]);
    const { at, player, user, media, position, inferred } = ear.heard[0]!.payload;
    assert.ok(Number.isInteger(at) && at >= before - 1 && at <= Date.now(), String(at));
    assert.deepEqual(
      [player?.name, player?.id, user, media.title, media.show, position, inferred],
      ["Bedroom", "simulated-tv", { id: "7", name: "anna" }, "Pilot", "A Show", 5_000, false],
    );
    assert.equal(ear.heard[3]?.payload.completed, true);
    assert.deepEqual(ear.changes, []);
  });

  it("come over one stream for all, which is opened with the first listener and closed with the last", async () => {
    const all = open();
    const ears = Array.from({ length: 20 }, () => new Ear(all.events));
    await Promise.all(ears.map((ear) => ear.connected()));
    assert.equal(asked().length, 1);
    simulator.viewer().play(long);
    await Promise.all(ears.map((ear) => ear.hears(1)));
    assert.equal(asked("/status/sessions").length, 2, "one at the start, and one for all who wait");
    const [first, second] = ears;
    assert.notEqual(first!.heard[0]!.payload.media, second!.heard[0]!.payload.media);
    for (const ear of ears.slice(1)) ear.stop();
    simulator.viewer().stop();
    await first!.hears(2);
    assert.equal(simulator.notifications.open, 1);
    first!.stop();
    await first!.until(() => simulator.notifications.open === 0, "the end of the stream");
    assert.equal(second!.heard.length, 1);
  });

  it("are asked for with the token in a header, in no URL, and for what is needed alone", async () => {
    for (const [listens, filters] of [
      [["playback"], "playing"],
      [["library"], "activity,timeline"],
      [["library", "playback"], "activity,playing,timeline"],
      [["all"], "-log"],
      [["playback", "all"], "-log"],
    ] as const) {
      const all = open();
      const ears = listens.map((listen) => new Ear(all.events, { listen }));
      await ears[0]!.connected();
      const { headers, url, query, method } = asked().at(-1)!;
      assert.deepEqual([method, query.get("filters"), [...query.keys()]], ["GET", filters, ["filters"]]);
      assert.ok(!url.includes(simulator.token));
      assert.deepEqual(
        [headers["x-plex-token"], headers.accept, headers["accept-encoding"], headers["x-plex-client-identifier"]],
        [simulator.token, "text/event-stream", "identity", "0123456789abcdef"],
      );
      all.close();
    }
  });

  it("are heard by a later listener who needs more over a stream that is opened anew, which is no outage", async () => {
    const all = open();
    const ear = new Ear(all.events, { listen: "library" });
    await ear.connected();
    const viewer = simulator.viewer();
    viewer.play(long);
    const later = new Ear(all.events);
    const same = new Ear(all.events);
    await later.until(() => asked().length === 2 && simulator.notifications.open === 1, "the second stream");
    await sleep(100);
    viewer.pause();
    assert.deepEqual(await later.hears(1), ["paused"]);
    assert.deepEqual(await same.hears(1), ["paused"]);
    assert.deepEqual(asked().at(-1)?.query.get("filters"), "activity,playing,timeline");
    assert.deepEqual([ear.changes, later.changes, all.events.streamsLost], [[], [], 0]);
    later.stop();
    same.stop();
    await sleep(30);
    assert.equal(asked().length, 2, "who needs less changes nothing");
  });

  it("are told with a list of sessions of some MiB", async () => {
    const ear = new Ear(opened());
    await ear.connected();
    simulator.viewer({ machineIdentifier: "tv-2" }).play({ ...episode, summary: "x".repeat(3_000_000) });
    simulator.viewer().play(long);
    await ear.hears(2);
    assert.deepEqual(ear.heard.map(({ payload }) => payload.media.title).sort(), ["A long film", "Pilot"]);
  });

  it("learn in silence what plays already", async () => {
    const viewer = simulator.viewer();
    viewer.play(long);
    const all = open();
    const ear = new Ear(all.events);
    await ear.connected();
    await ear.until(() => asked("/status/sessions").length === 1);
    viewer.progress(10_000);
    const later = new Ear(all.events);
    await sleep(50);
    viewer.pause();
    viewer.stop();
    assert.deepEqual(await ear.hears(2), ["paused", "stopped"]);
    assert.deepEqual(await later.hears(2), ["paused", "stopped"]);
  });

  it("of the library are told once their metadata is there", async () => {
    const ear = new Ear(opened(), { listen: "library" });
    await ear.connected();
    const entry = { identifier: "com.plexapp.plugins.library", sectionID: "1", itemID: "2", type: 1, title: "" };
    simulator.notifications.send("timeline", { ...entry, state: 0, metadataState: "created" });
    simulator.fault(faults.status(404), { path: "/library/metadata/2" });
    simulator.notifications.send("timeline", { ...entry, state: 5 }, { ...entry, state: 5 });
    assert.deepEqual(await ear.hears(1), ["added"]);
    assert.deepEqual(
      [ear.heard[0]?.payload.media.title, ear.heard[0]?.payload.media.library, ear.heard[0]?.payload.player],
      ["Paper Harbour", "Films", null],
    );
    simulator.notifications.send("timeline", { ...entry, state: 9, metadataState: "deleted", title: "Paper Harbour" });
    const Activity = { uuid: "u", type: "library.update.section", Context: { librarySectionID: "1" } };
    simulator.notifications.send("activity", { event: "ended", uuid: "u", Activity });
    assert.deepEqual(await ear.hears(3), ["added", "removed", "scanned"]);
    assert.deepEqual(
      ear.heard.slice(1).map(({ payload }) => payload.media.library),
      ["Films", "Films"],
    );
  });

  it("are told as they come to who wants all, but for pings and the log", async () => {
    const all = open();
    const [ear, other] = [new Ear(all.events, { listen: "all" }), new Ear(all.events, { listen: "all" })];
    await ear.connected();
    const entry = { message: "secret", list: [1, { deep: null }] };
    simulator.notifications.write("event: ping\ndata: {}\n\n");
    simulator.notifications.write(`event: log\ndata: {"LogSentNotification":${JSON.stringify(entry)}}\n\n`);
    simulator.notifications.send("brand.new", entry);
    const container = { type: "status", size: 2, StatusNotification: [{ title: "a" }, { title: "b" }] };
    simulator.notifications.write(`data: ${JSON.stringify({ NotificationContainer: container })}\n\n`);
    assert.deepEqual(await ear.hears(3), ["brand.new", "status", "status"]);
    assert.deepEqual(
      ear.heard.map(({ payload }) => payload as unknown),
      [entry, { title: "a" }, { title: "b" }],
    );
    await other.hears(3);
    assert.notEqual(ear.heard[0]!.payload, other.heard[0]!.payload);
    assert.equal(asked("/status/sessions").length, 0, "nobody listens to playback");
  });

  it("go on for the others where one listener throws", async () => {
    const all = open();
    const fail = () => {
      throw new Error("a listener's own fault");
    };
    const failing = { onEvent: fail, onChange: fail, onStatus: fail };
    closing.push(all.events.listen(playback, failing), all.events.listen({ ...playback, listen: "all" }, failing));
    const ear = new Ear(all.events);
    await ear.connected();
    simulator.viewer().play(long);
    assert.deepEqual(await ear.hears(1), ["started"]);
    simulator.notifications.end("reset");
    await ear.until(() => ear.changes.length === 2);
  });

  describe("when the stream is lost", () => {
    const failures: readonly (readonly [string, Fault, string, string])[] = [
      ["401", faults.status(401), "unauthorized", "failed"],
      ["403", faults.status(403), "forbidden", "failed"],
      ["404", faults.status(404), "not-found", "failed"],
      ["503", faults.status(503), "server-error", "reconnecting"],
      ["a redirect", faults.redirect("http://192.168.1.10/"), "redirected", "failed"],
      ["a page", faults.html(), "invalid-response", "reconnecting"],
      ["nothing", faults.noContent(), "invalid-response", "reconnecting"],
      ["gzip", faults.gzip(), "invalid-response", "reconnecting"],
      ["an end", faults.fin(), "unreachable", "reconnecting"],
      ["a reset", faults.reset(), "unreachable", "reconnecting"],
      ["silence", faults.hang(), "timeout", "reconnecting"],
      ["no HTTP", faults.notHttp(), "invalid-response", "reconnecting"],
    ];
    for (const [name, fault, code, state] of failures) {
      it(`and ${name} comes instead, that is told once, and again when it is back`, async () => {
        const ear = new Ear(opened({ silence: 300, minDelay: 10, maxDelay: 20, helplessDelay: 20 }));
        simulator.notifications.pingInterval = 50;
        simulator.fault(fault, { path: stream, times: 4 });
        await ear.until(() => ear.changes.length === 2, "the outage and its end");
        const [down, up] = ear.changes;
        assert.deepEqual(ear.outages, [code, "back"]);
        assert.ok(down && up && up.since >= down.since && Date.now() - up.since < 1_000);
        assert.deepEqual(ear.states, ["connecting", state, "connected"]);
        assert.equal(asked().length, 5);
        assert.ok(!JSON.stringify([down, ear.statuses]).includes(simulator.token));
      });
    }

    for (const how of ["end", "reset"] as const) {
      it(`by ${how === "end" ? "its end" : "a reset"}, it is unreachable, and what stopped meanwhile is told after it`, async () => {
        const ear = new Ear(opened());
        await ear.connected();
        const [viewer, other] = [simulator.viewer(), simulator.viewer({ machineIdentifier: "tv-2" })];
        viewer.play(long);
        other.play(episode);
        await ear.hears(2);
        viewer.vanish();
        const lost = Date.now();
        simulator.notifications.end(how);
        await ear.hears(3);
        const { payload } = ear.heard[2]!;
        assert.deepEqual([payload.event, payload.player?.id, payload.inferred], ["stopped", "simulated-tv", true]);
        assert.ok((ear.changes[1]?.since ?? Infinity) <= Date.now(), "after the gap");
        assert.ok(Math.abs(payload.at - lost) < 100);
        assert.deepEqual(ear.outages, ["unreachable", "back"]);
        other.stop();
        assert.equal((await ear.hears(4))[3], "stopped");
      });
    }

    it("by silence, it is timeout; pings keep it", async () => {
      const ear = new Ear(opened({ silence: 250 }));
      simulator.notifications.pingInterval = 80;
      await ear.connected();
      await sleep(700);
      assert.deepEqual(ear.changes, []);
      simulator.notifications.pingInterval = 0;
      await ear.until(() => ear.changes.length > 0, "the outage");
      assert.deepEqual(ear.outages.slice(0, 1), ["timeout"]);
    });

    it("in the middle of a frame, that frame is none", async () => {
      const ear = new Ear(opened(), { listen: "all" });
      await ear.connected();
      simulator.notifications.write('event: status\ndata: {"StatusNotification":{"title":"half"}}\n');
      await sleep(20);
      simulator.notifications.end();
      await ear.until(() => ear.changes.length === 2);
      simulator.notifications.send("status", { title: "whole" });
      await ear.hears(1);
      assert.deepEqual(ear.heard[0]?.payload, { title: "whole" });
    });

    it("by a restart, keys from 1 again mislead nobody", async () => {
      const ear = new Ear(opened());
      await ear.connected();
      const [first, second] = [simulator.viewer(), simulator.viewer({ machineIdentifier: "tv-2" })];
      first.play(long);
      await ear.hears(1);
      second.play(episode);
      await ear.hears(2);
      simulator.fault(faults.status(503), { path: stream, times: 2 });
      simulator.restart();
      simulator.notifications.end("reset");
      // Now the second has the key that the first had.
      second.play(episode);
      await ear.until(() => ear.changes.length === 2);
      await ear.hears(3);
      second.pause();
      await ear.hears(4);
      assert.deepEqual(
        ear.heard.map(({ topic, payload }) => [topic, payload.player?.id]),
        [
          ["started", "simulated-tv"],
          ["started", "tv-2"],
          ["stopped", "simulated-tv"],
          ["paused", "tv-2"],
        ],
      );
    });

    it("nothing is inferred while the sessions cannot be read", async () => {
      const ear = new Ear(opened());
      await ear.connected();
      const viewer = simulator.viewer();
      viewer.play(long);
      await ear.hears(1);
      simulator.fault(faults.status(503), { path: "/status/sessions", times: 1 });
      viewer.vanish();
      simulator.notifications.end();
      await ear.until(() => ear.changes.length === 2);
      await sleep(300);
      assert.deepEqual(ear.topics, ["started"]);
      assert.deepEqual(await ear.hears(2), ["started", "stopped"]);
    });

    it("the tokens from before are counted as dead, and not where it was only opened anew", async () => {
      const all = open();
      const ear = new Ear(all.events);
      await ear.connected();
      assert.equal(all.events.streamsLost, 0);
      simulator.notifications.end();
      await ear.until(() => ear.changes.length === 2);
      assert.equal(all.events.streamsLost, 1);
    });

    it("who begins to listen in an outage is told of it", async () => {
      const all = open({ maxDelay: 5_000, minDelay: 5_000 });
      simulator.fault(faults.status(503), { path: stream, times: Infinity });
      const ear = new Ear(all.events);
      await ear.until(() => ear.changes.length === 1);
      const later = new Ear(all.events);
      await later.until(() => later.changes.length === 1);
      assert.deepEqual([later.states, ear.changes.length], [["reconnecting"], 1]);
    });

    it("a thousand times at once, it is opened again after longer and longer delays", async () => {
      simulator.fault(faults.body("", "text/event-stream"), { path: stream, times: Infinity });
      const ear = new Ear(opened({ minDelay: 20, maxDelay: 1_000 }));
      await sleep(1_500);
      assert.ok(asked().length > 3 && asked().length < 16, `${asked().length} in 1.5 s`);
      assert.deepEqual([ear.changes.length, simulator.openSockets() < 3], [1, true]);
    });
  });

  it("need the head of the answer not earlier than its first event, whatever the timeout is", async () => {
    simulator.notifications.lateHead = true;
    simulator.notifications.pingInterval = 600;
    const ear = new Ear(opened({}, { timeout: 100 }));
    await ear.connected();
    assert.deepEqual(ear.changes, []);
    simulator.viewer().play(long);
    assert.deepEqual(await ear.hears(1), ["started"]);
  });

  it("hold none of the 32 requests that may be out at a time", async () => {
    const all = open();
    const ear = new Ear(all.events, { listen: "all" });
    await ear.connected();
    simulator.fault(faults.delay(1_500), { path: "/identity", times: 32 });
    const read = () => null;
    const request = () => all.http.request({ path: "/identity", methods: ["GET"], read });
    const answers = Promise.all(Array.from({ length: 32 }, request));
    const before = performance.now();
    await ear.until(() => asked("/identity").length === 32, "32 requests side by side");
    assert.ok(performance.now() - before < 1_200);
    await answers;
    simulator.notifications.send("status", { title: "still here" });
    await ear.hears(1);
  });

  it("survive frames that are too long, broken, unknown, and many", async () => {
    const ear = new Ear(opened());
    await ear.connected();
    const { notifications } = simulator;
    notifications.write(`event: playing\ndata: {"x":"${"y".repeat(1_500_000)}"}\n\n`);
    notifications.write("event: playing\ndata: {broken\n\ndata: null\n\nevent: playing\ndata: []\n\nnonsense\n\n");
    const activity = `event: activity\ndata: {"ActivityNotification":{"event":"updated","Activity":{}}}\n\n`;
    notifications.write(activity.repeat(1_556));
    notifications.write('event: playing\ndata: {"PlaySessionStateNotification":{"state":"stopped"}}\n\n');
    simulator.viewer().play(long);
    assert.deepEqual(await ear.hears(1), ["started"]);
    assert.deepEqual([ear.changes, asked().length], [[], 1]);
  });

  it("come over TLS with the given authority, and not without it", async () => {
    const { ca, server } = certificates();
    const secure = await another({ tls: server });
    const [safe, unsafe] = [undefined, undefined].map((_, index) =>
      eventsOf({ url: secure.url, token: secure.token, ...(index === 0 && { tls: { ca } }) }, quickly),
    );
    closing.push(safe!.close, unsafe!.close);
    const [ear, deaf] = [new Ear(safe!.events), new Ear(unsafe!.events)];
    await ear.connected();
    secure.viewer().play(long);
    await ear.hears(1);
    await deaf.until(() => deaf.changes.length === 1);
    assert.deepEqual(deaf.outages.slice(0, 1), ["tls"]);
    assert.deepEqual(deaf.states, ["connecting", "failed"]);
  });

  it("come through a proxy, and its end is an outage", async () => {
    const proxy = await startConnectProxy();
    closing.push(() => proxy.close());
    const { ca, server } = certificates();
    const secure = await another({ tls: server });
    const all = eventsOf({ url: secure.url, token: secure.token, tls: { ca }, proxy: proxy.url }, quickly);
    closing.push(all.close);
    const ear = new Ear(all.events);
    await ear.connected();
    secure.viewer().play(long);
    await ear.hears(1);
    assert.ok(proxy.tunnels.length >= 1);
    await proxy.close();
    await ear.until(() => ear.changes.length === 1);
    assert.deepEqual(ear.outages.slice(0, 1), ["unreachable"]);
  });

  it("do not follow a stream to another server", async () => {
    const elsewhere = await startServer();
    simulator.fault(faults.redirect(`${elsewhere.url}${stream}`), { path: stream });
    const ear = new Ear(opened());
    await ear.until(() => ear.changes.length === 2);
    assert.equal(elsewhere.requests.length, 0);
  });

  it("end with the client, at once and for good", async () => {
    const client = new PlexClient({ url: simulator.url, token: simulator.token, clientIdentifier: "0123456789abcdef" });
    const ear = new Ear(client);
    await ear.connected();
    simulator.viewer().play(long);
    await ear.hears(1);
    client.close();
    await ear.until(() => simulator.notifications.open === 0 && simulator.openSockets() === 0, "the end");
    simulator.viewer().stop();
    await sleep(100);
    assert.deepEqual([ear.topics, ear.changes, client.streamsLost], [["started"], [], 0]);
    new Ear(client);
    await sleep(100);
    assert.equal(asked().length, 1);
  });

  it("can be ended in each moment", async () => {
    for (const [fault, ms] of [
      [faults.hang(), 0],
      [faults.hang(), 30],
      [faults.status(503), 30],
      [faults.slowDrip(5), 30],
    ] as const) {
      simulator.fault(fault, { path: stream, times: Infinity });
      const all = open();
      const ear = new Ear(all.events);
      await sleep(ms);
      ear.stop();
      all.close();
      const told = ear.changes.length;
      await ear.until(() => simulator.openSockets() === 0, "the end of all connections");
      await sleep(60);
      assert.equal(ear.changes.length, told);
      simulator.clearFaults();
    }
  });

  it("are asked for no more once the last listener has gone in an outage, although the client stays", async () => {
    simulator.fault(faults.status(503), { path: stream, times: 2 });
    const ear = new Ear(opened({ minDelay: 200 }));
    await ear.until(() => ear.changes.length === 1);
    const before = asked().length;
    ear.stop();
    await sleep(500);
    assert.deepEqual([asked().length, simulator.notifications.open], [before, 0]);
  });

  it("find the way back to a server that was not there at first", async () => {
    const { port } = new URL(simulator.url);
    await simulator.close();
    const ear = new Ear(opened());
    await ear.until(() => ear.changes.length === 1);
    assert.deepEqual(ear.outages.slice(0, 1), ["unreachable"]);
    const server = createServer((_req, res) => {
      res.writeHead(200, { "Content-Type": "application/octet-stream" });
      res.write("event: ping\ndata: {}\n\n");
    }).listen(Number(port), "127.0.0.1");
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    await ear.until(() => ear.changes.length === 2);
    assert.deepEqual(ear.states, ["connecting", "reconnecting", "connected"]);
  });
});
