import assert from "node:assert/strict";
import type { Simulator } from "../../simulator";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import {
  route,
  server,
  sourceNode,
  tab,
  tokenNode,
  withoutCredentials,
  type FailureAnswer,
} from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

onEachRuntime("package: a plex-config node that is not there", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;

  before(async () => {
    simulator = await simulate();
    nodeRed = await start();
  });

  const paths = ["token", "source", "token-caught", "source-caught"];

  const flows = (chosen: string, ...configs: FlowNode[]): FlowNode[] => [
    tab,
    ...configs,
    ...route("token", tokenNode({ id: "ask-token", server: chosen })),
    ...route("source", sourceNode({ id: "ask-source", server: chosen })),
    ...route("token-caught", tokenNode({ id: "ask-token-caught", server: chosen }), "catch"),
    ...route("source-caught", sourceNode({ id: "ask-source-caught", server: chosen }), "catch"),
  ];

  const post = (path: string) => nodeRed.post(path, { source: simulator.provider });

  const expectNotConfigured = async (says: RegExp) => {
    const asked = simulator.requests.length;
    for (const path of paths) {
      const { status, body } = await post(path);
      const { by, error } = body as FailureAnswer;
      assert.equal(status, 500, path);
      assert.equal(by, path.endsWith("caught") ? "catch" : "output");
      assert.equal(error.code, "not-configured");
      assert.match(String(error.message), says);
    }
    assert.equal(simulator.requests.length, asked);
  };

  const expectWorking = async () => {
    for (const path of paths) assert.equal((await post(path)).status, 200, path);
  };

  const own = (properties = {}) => server(simulator.url, simulator.token, properties);

  it("is told of where none is chosen", async () => {
    await nodeRed.deploy(flows(""));
    await expectNotConfigured(/^There is no plex-config node, or it is disabled\. /);
  });

  it("is told of where the chosen one does not exist", async () => {
    await nodeRed.deploy(flows("of-nobody"));
    await expectNotConfigured(/^There is no plex-config node, or it is disabled\. /);
  });

  it("is told of where a node of another type has its id", async () => {
    await nodeRed.deploy(flows("server", { id: "server", type: "tls-config", cert: "", key: "", ca: "" }));
    await expectNotConfigured(/^There is no plex-config node, or it is disabled\. /);
  });

  for (const type of ["full", "flows", "nodes"] as const) {
    it(`is told of when it is disabled (${type}), and works again when enabled`, async () => {
      await nodeRed.deploy(flows("server", own()));
      await expectWorking();
      await nodeRed.deploy(withoutCredentials(flows("server", own({ d: true }))), type);
      await expectNotConfigured(/^There is no plex-config node, or it is disabled\. /);
      // The stored token has been kept all the while.
      await nodeRed.deploy(withoutCredentials(flows("server", own())), type);
      await expectWorking();
    });

    it(`is told of when it is deleted (${type}), and works again when it is back`, async () => {
      await nodeRed.deploy(flows("server", own()));
      await nodeRed.deploy(withoutCredentials(flows("server")), type);
      await expectNotConfigured(/^There is no plex-config node, or it is disabled\. /);
      await nodeRed.deploy(flows("server", own()), type);
      await expectWorking();
    });
  }

  it("is told of where it has no token", async () => {
    await nodeRed.deploy(flows("no-token", server(simulator.url, undefined, { id: "no-token" })));
    await expectNotConfigured(/^There is no token\. /);
  });

  it("is told of where nothing in it is filled in", async () => {
    await nodeRed.deploy(flows("empty", { id: "empty", type: "plex-config" }));
    await expectNotConfigured(/^There is no server URL\. /);
  });
});
