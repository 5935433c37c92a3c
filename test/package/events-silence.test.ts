import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Simulator } from "../../simulator";
import { openRawPort, type RawPort } from "../../testing/http/raw-port";
import { openComms, type Comms } from "../../testing/node-red/comms";
import { probed, server, tab } from "../../testing/node-red/flows";
import { eventsNode, expectNoComplaints, film, Listening } from "../../testing/node-red/listening";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";

const token = "Canary-7_Zq9.~xyz";
/** ms without a byte after which a stream counts as gone. */
const silence = 45_000;
const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

// All of it happens side by side in one Node-RED, for the times are those that users have.
onEachRuntime("package: plex-events and silence", ({ start, simulate }) => {
  let nodeRed: NodeRedProcess;
  let comms: Comms;
  let servers: Record<"pinging" | "late" | "falling silent", Simulator>;
  let ports: Record<"without a word" | "half open", RawPort>;
  let begin: number;
  const heard: Record<string, Listening> = {};

  const listeners = (name: string, url: string): FlowNode[] => {
    const id = name.replaceAll(" ", "-");
    heard[name] = new Listening(nodeRed, id);
    return [server(url, token, { id: `${id}-server` }), ...probed(eventsNode({ id, server: `${id}-server` }))];
  };

  before(async () => {
    servers = {
      pinging: await simulate({ token }),
      late: await simulate({ token }),
      "falling silent": await simulate({ token }),
    };
    servers.late.notifications.lateHead = true;
    servers.late.notifications.pingInterval = 30_000;
    servers["falling silent"].notifications.pingInterval = 0;
    ports = {
      "without a word": await openRawPort(() => undefined),
      // After its head, it neither writes nor reads, and does not even take note that the other side hangs up.
      "half open": await openRawPort((socket) => socket.once("data", () => socket.pause().write(head))),
    };
    nodeRed = await start();
    comms = await openComms(nodeRed);
    const urls = Object.entries({ ...servers, ...ports }).map(([name, to]) =>
      listeners(name, "url" in to ? to.url : `http://${to.address}`),
    );
    begin = Date.now();
    await nodeRed.deploy([tab, ...urls.flat()]);
    await nodeRed.until(() => servers["falling silent"].notifications.open === 1, "the stream that falls silent");
    await sleep(300);
  });

  after(async () => {
    await comms.close();
    await Promise.all(Object.values(ports).map((port) => port.close()));
  });

  it("a stream that falls silent is told as a timeout after 45 s, and what stopped meanwhile when it is back", async function () {
    this.timeout(120_000);
    const { "falling silent": simulator } = servers;
    const listening = heard["falling silent"]!;
    const viewer = simulator.viewer();
    viewer.play(film);
    assert.equal((await listening.next("event")).topic, "started");
    const last = Date.now();
    viewer.vanish();
    assert.equal(await listening.nextOutage(silence + 15_000), "timeout");
    const took = Date.now() - last;
    assert.ok(took >= silence - 500 && took < silence + 5_000, `${took} ms`);
    simulator.notifications.pingInterval = 1_000;
    await listening.nextReturn();
    const { topic, payload } = await listening.next("event");
    assert.deepEqual([topic, payload["inferred"]], ["stopped", true]);
  });

  for (const name of ["without a word", "half open"]) {
    it(`so is a server that is ${name}, once, and nothing waits for its end`, async () => {
      const message = nodeRed.messagesAt(`${name.replaceAll(" ", "-")} error`);
      assert.equal(await heard[name]!.nextOutage(), "timeout");
      const took = message[0]!.time - begin;
      assert.ok(took >= silence && took < silence + 8_000, `${took} ms`);
      // To a head that comes nobody can see that nothing will follow it.
      if (name === "half open") await heard[name]!.nextReturn();
    });
  }

  it("pings keep a stream, and its head may be 30 s late", async () => {
    for (const name of ["pinging", "late"] as const) {
      await heard[name]!.expectPlayback(servers[name]);
      assert.equal(servers[name].requests.filter(({ path }) => path.includes("eventsource")).length, 1, name);
    }
  });

  it("nobody is told anything else", () => {
    for (const listening of Object.values(heard)) listening.expectNoMore();
    expectNoComplaints(nodeRed, comms, token);
  });
});
