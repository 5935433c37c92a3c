import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { faults, type Fault, type Simulator } from "../../simulator";
import { openComms, type Comms } from "../../testing/node-red/comms";
import { probed, server, tab, withoutCredentials } from "../../testing/node-red/flows";
import {
  caughtFlow,
  eventsNode,
  expectNoComplaints,
  film,
  Listening,
  listeningFlows,
  streamPath as path,
  untilListening,
} from "../../testing/node-red/listening";
import { readHoldings, readMemory } from "../../testing/node-red/load";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";
import type { NodeRedProcess } from "../../testing/node-red/process";
import { assertUntold } from "../../testing/spellings";

const token = "Canary-7_Zq9.~xyz";

/** What happens to the opening of a stream, the code that is told, and whether it is tried again soon. */
const openings: readonly (readonly [title: string, fault: Fault, code: string, isRetried: boolean])[] = [
  ["a reset", faults.reset(), "unreachable", true],
  ["the end without an answer", faults.fin(), "unreachable", true],
  ["no HTTP", faults.notHttp(), "invalid-response", true],
  ["503", faults.status(503), "server-error", true],
  ["HTML with 200", faults.html(), "invalid-response", true],
  ["401", faults.status(401), "unauthorized", false],
  ["403", faults.status(403), "forbidden", false],
  ["404", faults.status(404), "not-found", false],
  ["a redirect", faults.redirect("http://example.invalid/"), "redirected", false],
];

onEachRuntime("package: plex-events", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;
  let comms: Comms;
  let heard: Listening;

  before(async () => {
    simulator = await simulate({ token });
    nodeRed = await start();
    comms = await openComms(nodeRed);
    heard = new Listening(nodeRed);
  });

  after(() => comms.close());

  afterEach(() => {
    simulator.clearFaults();
    expectNoComplaints(nodeRed, comms, token);
  });

  const flows = (config = {}, node = {}) => listeningFlows(simulator, config, node);
  const plays = () => heard.expectPlayback(simulator);
  /** A deploy that connects, with the first list of sessions read. */
  const connect = async () => {
    await nodeRed.deploy(flows());
    await untilListening(nodeRed, simulator);
  };

  for (const [title, fault, code, isRetried] of openings) {
    it(`${title} is an outage (${code}), told once${isRetried ? ", and over soon" : ""}`, async () => {
      simulator.fault(fault, { path, times: 1 });
      await nodeRed.deploy(flows());
      assert.equal(await heard.nextOutage(), code);
      if (isRetried) {
        await heard.nextReturn();
        await plays();
      } else {
        await sleep(2_500);
        assert.equal(simulator.notifications.open, 0, "it is not tried again soon");
      }
      heard.expectNoMore();
    });
  }

  it("a server that is not there is an outage, told once however often it is tried", async () => {
    await nodeRed.deploy([tab, server("http://127.0.0.1:9", token), ...probed(eventsNode())]);
    assert.equal(await heard.nextOutage(), "unreachable");
    await sleep(4_000);
    heard.expectNoMore();
  });

  const cuts: Readonly<Record<string, () => void>> = {
    "the end of the stream": () => {
      simulator.notifications.end();
    },
    "a reset": () => {
      simulator.notifications.end("reset");
    },
    "a cut inside a frame": () => {
      simulator.notifications.write('event: playing\ndata: {"PlaySess');
      simulator.notifications.end();
    },
  };
  for (const [title, cut] of Object.entries(cuts)) {
    it(`${title} is one outage, and what stopped meanwhile is told after it`, async () => {
      await connect();
      const viewer = simulator.viewer();
      viewer.play(film, 60_000);
      assert.equal((await heard.next("event")).topic, "started");
      viewer.vanish();
      cut();
      assert.equal(await heard.nextOutage(), "unreachable");
      await heard.nextReturn();
      const { topic, payload } = await heard.next("event", 30_000);
      assert.deepEqual([topic, payload["inferred"]], ["stopped", true]);
      await plays();
      heard.expectNoMore();
    });
  }

  const noise: Readonly<Record<string, () => void>> = {
    "broken JSON": () => {
      simulator.notifications.write("event: playing\ndata: {broken\n\n");
    },
    "types that nobody knows": () => {
      simulator.notifications.write('event: playing\ndata: {"Odd":[1,null,{"a":[]}]}\n\nevent: odd\ndata: 1\n\n');
    },
    "a frame without a session key": () => {
      simulator.notifications.send("playing", { ratingKey: "", state: "stopped" });
    },
    "1556 frames of a scan": () => {
      for (let count = 0; count < 1_556; count += 1) {
        simulator.notifications.write(
          `event: activity\ndata: {"ActivityNotification":{"event":"updated","uuid":"u${count}"}}\n\n`,
        );
      }
    },
  };
  for (const [title, send] of Object.entries(noise)) {
    it(`${title} means nothing, and the stream goes on`, async () => {
      await connect();
      send();
      await plays();
      heard.expectNoMore();
    });
  }

  for (const [size, name] of [
    [1024 * 1024 + 1, "a little more than 1 MiB"],
    [8 * 1024 * 1024, "8 MiB"],
  ] as const) {
    it(`a frame of ${name} is left out, and the stream goes on`, async () => {
      await connect();
      const opened = simulator.requests.filter((request) => request.path === path).length;
      simulator.notifications.write(`event: playing\ndata: {"x":"${"a".repeat(size)}"}\n\n`);
      await plays();
      heard.expectNoMore();
      assert.equal(simulator.requests.filter((request) => request.path === path).length, opened);
    });
  }

  it("a stream that ends at once again and again is tried a few times, not in a storm", async () => {
    const before = simulator.requests.length;
    const end: Fault = (_req, res) => {
      res.writeHead(200, { "Content-Type": "text/event-stream" }).end();
    };
    simulator.fault(end, { path, times: Infinity });
    await nodeRed.deploy(flows());
    assert.equal(await heard.nextOutage(), "unreachable");
    await sleep(5_000);
    const tries = simulator.requests.slice(before).filter((request) => request.path === path).length;
    assert.ok(tries >= 2 && tries <= 8, `${tries} tries in 5 s`);
    heard.expectNoMore();
  });

  it("neither its node nor the plex-config node shows the token, while it listens and in an outage", async () => {
    const look = async (when: string) => {
      for (const node of ["events", "server"]) {
        const { json, inspect, hidden } = await nodeRed.dump(node);
        assertUntold([json, inspect, hidden].join("\n"), [token], `${node}, ${when},`);
      }
    };
    await connect();
    // Node-RED itself keeps what came with a deploy, credentials and all; the editor sends them only when they are new.
    await nodeRed.deploy(withoutCredentials(flows({ name: "again" })));
    await untilListening(nodeRed, simulator);
    await plays();
    await look("while it listens");
    simulator.fault(faults.status(503), { path, times: 1 });
    simulator.notifications.end();
    assert.equal(await heard.nextOutage(), "unreachable");
    await look("in an outage");
    await heard.nextReturn();
    heard.expectNoMore();
  });

  it("a missing server goes to Catch nodes where output 2 is not wired, with what to do", async () => {
    await nodeRed.deploy([tab, ...caughtFlow(eventsNode({ server: "gone" }))]);
    const { msg } = await nodeRed.until(() => nodeRed.messagesAt("caught").at(-1), "the outage");
    const { code, message } = msg["error"] as Record<string, unknown>;
    assert.equal(code, "not-configured");
    assert.match(String(message), /plex-config node/);
  });

  it("40 deploys while frames come leave nothing behind", async function () {
    this.timeout(120_000);
    await connect();
    const types = ["full", "nodes", "flows", "reload"] as const;
    const redeploy = async (count: number) => {
      for (let round = 0; round < count; round += 1) {
        for (let frame = 0; frame < 20; frame += 1) simulator.notifications.send("playing", { sessionKey: "x" });
        await nodeRed.deploy(withoutCredentials(flows({ name: `round ${round}` })), types[round % types.length]);
      }
      await nodeRed.deploy([tab]);
      await nodeRed.until(() => simulator.notifications.open === 0, "the end of the streams");
      await sleep(200);
      const held = { holdings: await readHoldings(nodeRed), heap: (await readMemory(nodeRed)).heapUsed };
      await connect();
      return held;
    };
    const first = await redeploy(20);
    const second = await redeploy(20);
    assert.deepEqual(second.holdings, first.holdings);
    assert.ok(second.heap - first.heap < 2 * 1024 * 1024, `The heap has grown by ${second.heap - first.heap} bytes.`);
  });
});
