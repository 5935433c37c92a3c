import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import helper from "node-red-node-test-helper";
import type { NodeAPI } from "node-red";
import { createRequire } from "node:module";
import { inspect } from "node:util";
import { startSimulator, type Simulator } from "../../simulator";
import { startConnectProxy } from "../../testing/http/connect-proxy";
import { ids, loadFlow, unloadFlow } from "../../testing/flows/flow";

const fromNodeRed = createRequire(require.resolve("node-red"));
const httpProxy = fromNodeRed("@node-red/nodes/core/network/06-httpproxy.js") as (RED: NodeAPI) => unknown;

const token = "canary-account-token";
const type = "plex-transient-token";

describe("plex-config", () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator({ token });
    Object.assign(process.env, {
      TEST_PLEX_URL: `"${simulator.url}/"`,
      TEST_PLEX_TOKEN: `-H 'X-Plex-Token: ${token}'`,
      TEST_PLEX_CLIENT: "from-env",
      TEST_PLEX_TIMEOUT: "1500",
    });
  });

  after(() => simulator.close());

  afterEach(async () => {
    simulator.requests.length = 0;
    await unloadFlow();
  });

  it("takes every value from the environment", async () => {
    const config = {
      url: "${TEST_PLEX_URL}",
      clientIdentifier: "${TEST_PLEX_CLIENT}",
      timeout: "${TEST_PLEX_TIMEOUT}",
      retries: "${TEST_PLEX_RETRIES}",
    };
    const setup = { type, config, token: "${TEST_PLEX_TOKEN}" } as const;
    const unset = await (await loadFlow(setup)).send({});
    assert.match(unset.msg.error?.message as string, /number of retries refers to .*"TEST_PLEX_RETRIES"/);
    await unloadFlow();
    process.env.TEST_PLEX_RETRIES = "0";
    const { outcome } = await (await loadFlow(setup)).send({});
    assert.equal(outcome, "success");
    assert.equal(simulator.requests[0]?.headers["x-plex-client-identifier"], "from-env");
  });

  for (const login of [
    { username: "jo", password: "50%" },
    { username: "j%6fo", password: "%41:/ü&@%zz" },
  ]) {
    it(`logs in to a proxy as it was typed: ${JSON.stringify(login)}`, async () => {
      const proxy = await startConnectProxy(login);
      try {
        const flow = await loadFlow({
          ...{ type, token, config: { url: simulator.url, proxy: "proxy1" } },
          moreNodes: [{ id: "proxy1", type: "http proxy", name: "", url: proxy.url, noproxy: [] }],
          modules: [httpProxy],
          credentials: { proxy1: login },
        });
        assert.equal((await flow.send({})).outcome, "success");
        assert.deepEqual([proxy.tunnels.length, proxy.refusals], [1, 0]);
      } finally {
        await unloadFlow();
        await proxy.close();
      }
    });
  }

  it("shows its token in nothing that a flow can reach", async () => {
    const flow = await loadFlow({ type, config: { url: simulator.url }, token });
    assert.equal((await flow.send({})).outcome, "success");
    const config = helper.getNode(ids.config);
    const shown = [config, flow.node].flatMap((node) => [
      inspect(node, { depth: 6, showHidden: true, getters: true }),
      JSON.stringify(node),
    ]);
    assert.doesNotMatch(shown.join("\n"), /canary/);
  });

  it("serves many nodes over the same connection", async () => {
    const other = { id: "node2", z: ids.tab, type, server: ids.config, wires: [[ids.success], [ids.error]] };
    const flow = await loadFlow({ type, config: { url: simulator.url }, token, moreNodes: [other] });
    await flow.send({});
    helper.getNode("node2").receive({});
    assert.equal((await flow.next(1)).outcome, "success");
    assert.equal(new Set(simulator.requests.map(({ remotePort }) => remotePort)).size, 1);
  });

  it("ends its connections when it is closed", async () => {
    const flow = await loadFlow({ type, config: { url: simulator.url }, token });
    await flow.send({});
    assert.equal(simulator.openSockets(), 1);
    await helper.getNode(ids.config).close(false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(simulator.openSockets(), 0);
  });
});
