import { startSimulator, type Simulator } from "../../simulator";
import type { DeployType, FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import { startNodeRed } from "../../testing/node-red/process";
import { quietLog } from "../../testing/node-red/load";
import { runtimes } from "../../testing/node-red/runtimes";
import { everyKind } from "../../testing/node-red/counted-flows";
import { server, tab, withoutCredentials } from "../../testing/node-red/flows";

/** The server that is asked, and the Node-RED that asks. */
export interface Stage {
  readonly simulator: Simulator;
  readonly nodeRed: NodeRedProcess;
}

const flows = (simulator: Simulator): FlowNode[] => [
  tab,
  server(simulator.url, simulator.token, { timeout: 2_000, retries: 3 }),
  ...everyKind(),
];

/** Starts both, the nodes already deployed. @throws Error when there is no such Node-RED */
export async function openStage(version: string): Promise<Stage> {
  const runtime = runtimes.find(({ name }) => name.endsWith(version));
  if (!runtime) throw new Error(`There is no Node-RED ${version} to run in.`);
  const simulator = await startSimulator();
  // Loopback alone, with one connection that is refused.
  const real = simulator.connections("shared").filter(({ uri }) => uri === simulator.sharedUrl);
  const closed = { protocol: "http", address: "127.0.0.1", port: 9, uri: "http://127.0.0.1:9", local: true } as const;
  simulator.setConnections("shared", [...real, closed]);
  const nodeRed = await startNodeRed(await runtime.get(), { settings: quietLog });
  await nodeRed.deploy(flows(simulator));
  return { simulator, nodeRed };
}

/** Deploys again with another name for the plex-config node, which makes all nodes of ours anew. */
export async function redeploy({ simulator, nodeRed }: Stage, name: string, type: DeployType): Promise<void> {
  const known = withoutCredentials(flows(simulator));
  await nodeRed.deploy(
    known.map((node) => (node.type === "plex-config" ? { ...node, name } : node)),
    type,
  );
}

/** Stops both. */
export async function closeStage({ simulator, nodeRed }: Stage): Promise<void> {
  await nodeRed.stop();
  await simulator.close();
}
