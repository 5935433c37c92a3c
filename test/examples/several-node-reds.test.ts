import assert from "node:assert/strict";
import { startPlayer, startSimulator, type SimulatedPlayer, type Simulator } from "../../simulator";
import { PLACEHOLDER_URL, readExample } from "../../testing/flows/examples";
import { TestBroker } from "../../testing/flows/examples-broker";
import { startNodeRed, type FlowNode, type NodeRedProcess } from "../../testing/node-red/process";
import { getInstalledPackage } from "../../testing/node-red/packed-package";
import { putOn } from "../../testing/flows/player";
import { INSTALLATION_TIME, runtimes } from "../../testing/node-red/runtimes";

const NAME = "13 - Share the work between several Node-REDs";
const QUESTION = "home/ask/playing";
const ANSWER = "home/playing";

describe(`flows for a home: ${NAME}`, function () {
  this.timeout(60_000);
  let simulator: Simulator;
  let player: SimulatedPlayer;
  let broker: TestBroker;
  const nodeReds: NodeRedProcess[] = [];

  /** The example as a user would have it in each Node-RED. */
  const flow = (): FlowNode[] => {
    const nodes = readExample(NAME).map((node) => {
      const text = node.type === "comment" ? JSON.stringify(node) : fillIn(JSON.stringify(node));
      const filled = JSON.parse(text) as FlowNode;
      if (node.type === "mqtt-broker") return { ...filled, broker: "127.0.0.1", port: String(broker.port) };
      if (node.type !== "plex-config") return filled;
      return { ...filled, clientIdentifier: "for-the-tests", credentials: { token: simulator.token } };
    });
    return [{ id: readExample(NAME)[0]!.z!, type: "tab", label: NAME }, ...nodes];
  };
  const fillIn = (text: string) => text.replaceAll(PLACEHOLDER_URL, simulator.url);

  const start = async (name: string, topics: number) => {
    const [runtime] = runtimes;
    const nodeRed = await startNodeRed(await runtime!.get(), { env: { NODE_RED_NAME: name } });
    nodeReds.push(nodeRed);
    await nodeRed.deploy(flow());
    await broker.subscriptions(topics);
    return nodeRed;
  };

  const answers = () => broker.published.filter(({ topic }) => topic === ANSWER).map(({ text }) => text);
  const names = () => answers().map((text) => (JSON.parse(text) as { by: string }).by);
  /** Asks so often, waits for as many answers, and for some time more, for one too many. */
  const ask = async (times: number) => {
    broker.published.length = 0;
    for (let count = 0; count < times; count += 1) broker.publish(QUESTION, String(count));
    const deadline = Date.now() + 10_000;
    while (answers().length < times && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 300));
    return names().sort();
  };

  before(async function () {
    this.timeout(INSTALLATION_TIME);
    await getInstalledPackage();
    [simulator, player, broker] = await Promise.all([startSimulator(), startPlayer(), TestBroker.start()]);
    await putOn(player, simulator, 2);
    await start("attic", 2);
    await start("cellar", 4);
  });
  after(async () => {
    const stops = await Promise.allSettled(nodeReds.map((nodeRed) => nodeRed.stop()));
    await Promise.all([simulator.close(), player.close(), broker.stop()]);
    for (const stop of stops) if (stop.status === "rejected") throw stop.reason;
  });

  it("handles each message once, and both do their part", async () => {
    assert.deepEqual(await ask(6), ["attic", "attic", "attic", "cellar", "cellar", "cellar"]);
    const playing = [{ title: "Paper Harbour", player: player.name, state: "playing" }];
    assert.deepEqual(JSON.parse(answers()[0]!), { by: names()[0], playing });
    assert.ok(!broker.published.some(({ text }) => text.includes("transient-")));
  });

  it("goes on with the one that is left when the other is stopped", async () => {
    await nodeReds[0]!.stop();
    assert.deepEqual(await ask(4), ["cellar", "cellar", "cellar", "cellar"]);
    assert.ok(nodeReds[1]!.isAlive);
  });

  it("shares again when there is another one", async () => {
    await start("garage", 6);
    assert.deepEqual(await ask(4), ["cellar", "cellar", "garage", "garage"]);
  });
});
