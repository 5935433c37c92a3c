import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { certificates, type Simulator, type SimulatorOptions } from "../../simulator";
import { startConnectProxy, type ConnectProxy } from "../../testing/http/connect-proxy";
import { tlsNode } from "../../testing/node-red/asking-nodes";
import { openComms, type Comms } from "../../testing/node-red/comms";
import { tab, type Properties } from "../../testing/node-red/flows";
import {
  expectNoComplaints,
  film,
  Listening,
  listeningFlows,
  streamPath,
  untilListening,
} from "../../testing/node-red/listening";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";
import type { NodeRedProcess } from "../../testing/node-red/process";

const token = "Canary-7_Zq9.~xyz";
const { ca, server: good, expired, wrongName, selfSigned } = certificates();
const tlsNodes = [tlsNode("trusting", ca), tlsNode("unchecked", "", { verifyservercert: false })];

/** What stands between a stream and its server in the handshake, and the code that is told. */
const handshakes: readonly (readonly [
  title: string,
  options: SimulatorOptions,
  tls: string,
  code: string,
  scheme?: "http" | "https",
])[] = [
  ["an authority that nobody trusts", { tls: good }, "", "tls"],
  ["a self-signed certificate", { tls: selfSigned }, "trusting", "tls"],
  ["an expired certificate", { tls: expired }, "trusting", "tls"],
  ["a certificate for another name", { tls: wrongName }, "trusting", "tls"],
  ["TLS 1.1", { tls: good, tlsVersion: "TLSv1.1" }, "trusting", "tls"],
  ["http, asked by https", {}, "trusting", "tls", "https"],
  ["https, asked by http", { tls: good }, "", "unreachable", "http"],
];

onEachRuntime("package: plex-events over TLS and through proxies", ({ start, simulate }) => {
  let nodeRed: NodeRedProcess;
  let comms: Comms;
  let heard: Listening;
  const proxies: ConnectProxy[] = [];

  before(async () => {
    nodeRed = await start();
    comms = await openComms(nodeRed);
    heard = new Listening(nodeRed);
  });

  after(() => comms.close());

  afterEach(async () => {
    await nodeRed.deploy([tab]);
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
    expectNoComplaints(nodeRed, comms, token);
  });

  const open = async (port?: number) => {
    const proxy = await startConnectProxy(undefined, port);
    proxies.push(proxy);
    return proxy;
  };
  const opened = (simulator: Simulator) => simulator.requests.filter(({ path }) => path === streamPath).length;
  const deploy = (simulator: Pick<Simulator, "url">, config: Properties, proxy = "") => {
    const proxyNode = { id: "proxy", type: "http proxy", name: "", url: proxy, noproxy: [], credentials: {} };
    const others = proxy === "" ? tlsNodes : [...tlsNodes, proxyNode];
    return nodeRed.deploy(listeningFlows({ url: simulator.url, token }, config, {}, others));
  };

  for (const [title, options, tls, code, scheme] of handshakes) {
    it(`${title} is an outage (${code}), told once, and the token stays here`, async () => {
      const simulator = await simulate({ ...options, token });
      await deploy({ url: simulator.url.replace(/^https?/, scheme ?? "$&") }, { tls });
      assert.equal(await heard.nextOutage(), code);
      // Where waiting does not help, nothing more is tried for a while; else more than once by then.
      await sleep(2_500);
      assert.equal(simulator.requests.length, 0);
      await nodeRed.until(() => simulator.openSockets() === 0, "the end of all connections");
      heard.expectNoMore();
    });
  }

  for (const tls of ["trusting", "unchecked"]) {
    it(`what plays is told over TLS, ${tls}`, async () => {
      const simulator = await simulate({ tls: tls === "trusting" ? good : selfSigned, token });
      await deploy(simulator, { tls });
      await untilListening(nodeRed, simulator);
      await heard.expectPlayback(simulator);
      heard.expectNoMore();
    });
  }

  for (const how of ["end", "reset"] as const) {
    it(`the ${how} of a connection behind the handshake is one outage, and what stopped meanwhile is told after it`, async () => {
      const simulator = await simulate({ tls: good, token });
      await deploy(simulator, { tls: "trusting" });
      await untilListening(nodeRed, simulator);
      const viewer = simulator.viewer();
      viewer.play(film);
      assert.equal((await heard.next("event")).topic, "started");
      viewer.vanish();
      simulator.notifications.end(how);
      assert.equal(await heard.nextOutage(), "unreachable");
      await heard.nextReturn();
      const { topic, payload } = await heard.next("event");
      assert.deepEqual([topic, payload["inferred"]], ["stopped", true]);
      heard.expectNoMore();
    });
  }

  for (const secure of [false, true]) {
    it(`a proxy before a server of ${secure ? "https" : "http"} that dies is one outage until it is back`, async () => {
      const simulator = await simulate({ ...(secure && { tls: good }), token });
      const proxy = await open();
      await deploy(simulator, { tls: "trusting", proxy: "proxy" }, proxy.url);
      await untilListening(nodeRed, simulator);
      const [gone, stays] = [simulator.viewer(), simulator.viewer({ machineIdentifier: "tv-2" })];
      for (const viewer of [gone, stays]) {
        viewer.play(film);
        assert.equal((await heard.next("event")).topic, "started");
      }
      gone.vanish();
      await proxy.close();
      assert.equal(await heard.nextOutage(), "unreachable");
      // It is tried more than once while nothing listens there.
      await sleep(3_000);
      heard.expectNoMore();
      await open(Number(new URL(proxy.url).port));
      await heard.nextReturn(30_000);
      const { topic, payload } = await heard.next("event");
      assert.deepEqual(
        [topic, payload["inferred"], (payload["player"] as { id: string }).id],
        ["stopped", true, "simulated-tv"],
      );
      stays.stop();
      assert.equal((await heard.next("event")).topic, "stopped");
      heard.expectNoMore();
      assert.equal(opened(simulator), 2);
    });
  }

  it("a proxy that is not there is an outage, told once however often it is tried", async () => {
    const simulator = await simulate({ token });
    const proxy = await open();
    await proxy.close();
    await deploy(simulator, { proxy: "proxy" }, proxy.url);
    assert.equal(await heard.nextOutage(), "unreachable");
    await sleep(3_000);
    heard.expectNoMore();
    assert.equal(simulator.requests.length, 0);
  });
});
