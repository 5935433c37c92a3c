import type { NodeRedProcess } from "../../testing/node-red/process";
import type { Order, Sample } from "../inside/meter";
import type { Contender, Extent } from "../rounds";
import { flowFor, nodesUnderTest, type Target } from "./flows";
import { startMeasured } from "./start";

/** A Node-RED for each node under test, all running at once: those that are not measured just then do nothing. */
export interface NodeRedContenders {
  readonly contenders: readonly Contender[];
  /** Measures one once more, with a CPU profile. */
  readonly profile: (name: string, inFlight: number) => Promise<Sample>;
  readonly stop: () => Promise<void>;
}

async function putUnderLoad(nodeRed: NodeRedProcess, order: Order): Promise<Sample> {
  const { body } = await nodeRed.post("load", order);
  const { error, ...sample } = body as Sample & { readonly error?: string };
  if (error !== undefined) throw new Error(`A message failed: ${error}`);
  return sample;
}

/** Starts them, one after the other. */
export async function startContenders(target: Target, { ms, warmUp, warmUpCalls }: Extent): Promise<NodeRedContenders> {
  const running = new Map<string, NodeRedProcess>();
  const stop = async () => {
    await Promise.all([...running.values()].map((nodeRed) => nodeRed.stop()));
  };
  const measure = (name: string, inFlight: number, profile: boolean) => {
    const nodeRed = running.get(name);
    if (!nodeRed) throw new Error(`There is no Node-RED for ${name}.`);
    return putUnderLoad(nodeRed, { inFlight, warmUp, warmUpCalls, ms, profile });
  };
  try {
    for (const [name, makeNodes] of Object.entries(nodesUnderTest)) {
      const nodeRed = await startMeasured();
      running.set(name, nodeRed);
      await nodeRed.deploy(flowFor(makeNodes(target)));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    contenders: [...running.keys()].map((name) => ({ name, measure: (inFlight) => measure(name, inFlight, false) })),
    profile: (name, inFlight) => measure(name, inFlight, true),
    stop,
  };
}
