import type { NodeRedProcess } from "../../testing/node-red/process";
import { names } from "../goals/names";
import type { Order, Sample } from "../inside/meter";
import type { Contender, Extent } from "../rounds";
import { flowFor, type MakeNodes, nodes, type Target } from "./flows";
import { startMeasured } from "./start";

/** A Node-RED for each node under test, all running at once: those that are not measured just then do nothing. */
export interface NodeRedContenders {
  readonly contenders: readonly Contender[];
  /** Measures one once more, with a CPU profile. */
  readonly profile: (name: string, inFlight: number) => Promise<Sample>;
  readonly stop: () => Promise<void>;
}

interface UnderTest extends Pick<Contender, "name" | "loads"> {
  readonly makeNodes: MakeNodes;
  /** The folder with the package; the packed working tree unless told. */
  readonly installed?: string;
}

/** Under the names that the report gives them. */
const listUnderTest = (baseline: string | undefined): readonly UnderTest[] => [
  { name: names.ours, makeNodes: nodes.token },
  ...(baseline === undefined ? [] : [{ name: names.baseline, makeNodes: nodes.token, installed: baseline }]),
  { name: names.core, makeNodes: nodes.core },
  { name: names.bare, makeNodes: nodes.bare },
  { name: names.reuse, makeNodes: nodes.reuse, loads: [32] },
  { name: names.change, makeNodes: nodes.change, loads: [32] },
];

/** Has the measured flow do what the order says. */
export async function putUnderLoad(nodeRed: NodeRedProcess, order: Order): Promise<Sample> {
  const { body } = await nodeRed.post("load", order);
  const { error, ...sample } = body as Sample & { readonly error?: string };
  if (error !== undefined) throw new Error(`A message failed: ${error}`);
  return sample;
}

/**
 * Starts them, one after the other.
 * @param baseline the folder with the first build, if there is one
 */
export async function startContenders(
  target: Target,
  baseline: string | undefined,
  { ms, warmUp, warmUpCalls }: Extent,
): Promise<NodeRedContenders> {
  const underTest = listUnderTest(baseline);
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
    for (const { name, makeNodes, installed } of underTest) {
      const nodeRed = await startMeasured({ installed });
      running.set(name, nodeRed);
      await nodeRed.deploy(flowFor(makeNodes(target)));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    contenders: underTest.map(({ name, loads }) => ({
      name,
      ...(loads && { loads }),
      measure: (inFlight) => measure(name, inFlight, false),
    })),
    profile: (name, inFlight) => measure(name, inFlight, true),
    stop,
  };
}
