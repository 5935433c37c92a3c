import type { LoadReport } from "../inside/flow-kit";
import type { Sample } from "../inside/meter";
import { names } from "../goals/names";
import type { Extent } from "../rounds";
import { putUnderLoad } from "./contenders";
import { flowFor, type MakeNodes, nodes, type Target } from "./flows";
import { startMeasured } from "./start";

/** What a page of a library costs in a fresh Node-RED. */
export interface PageSample {
  /** ms */
  readonly time: number;
  /** CPU ms. */
  readonly cpu: number;
  /** Bytes of the process at its peak, and how far that is above what it had before the first page. */
  readonly peak: number;
  readonly growth: number;
}

/** The same, in all rounds. */
export interface PageRow {
  readonly name: string;
  readonly rounds: PageSample[];
}

/** The nodes that get a page. */
export const pageNodes: readonly { readonly name: string; readonly makeNodes: MakeNodes }[] = [
  { name: names.core, makeNodes: nodes.corePage },
  { name: names.page, makeNodes: nodes.page },
];

/** Pages that a node gets before it is measured: fewer than tokens, for each takes as long as a hundred of those. */
const warmUpCalls = 30;

/** Gets pages one after the other, in a Node-RED of its own. */
export async function measurePages(makeNodes: MakeNodes, target: Target, extent: Extent, profile = false) {
  const nodeRed = await startMeasured();
  try {
    await nodeRed.deploy(flowFor(makeNodes(target)));
    const { rss } = (await nodeRed.adminJson("report")) as LoadReport;
    const { ms, warmUp } = extent;
    const sample: Sample = await putUnderLoad(nodeRed, { inFlight: 1, warmUp, warmUpCalls, ms, profile });
    const { perSecond, cpu, peak } = sample;
    const page: PageSample = { time: 1000 / perSecond, cpu: cpu / 10, peak, growth: peak - rss };
    return { page, profile: sample.profile };
  } finally {
    await nodeRed.stop();
  }
}
