import { setTimeout as sleep } from "node:timers/promises";
import type { LoadReport } from "../inside/flow-kit";
import { flowFor, type MakeNodes, nodes, type Target } from "./flows";
import { startMeasured } from "./start";

/** Messages that wait for a server which does not answer. */
const messages = 50_000;
/** ms until all of them have come to the node. */
const settle = 3_000;

/** Bytes of the heap, for each of very many messages that have come to a node and stay there. */
async function measureHeld(makeNodes: MakeNodes, target: Target, installed?: string): Promise<number> {
  const nodeRed = await startMeasured({ installed });
  const readHeap = async () => ((await nodeRed.adminJson("report")) as LoadReport).heap;
  try {
    await nodeRed.deploy(flowFor(makeNodes(target)));
    // Loads what the first messages load.
    await nodeRed.post("load", { burst: 100 });
    await sleep(settle);
    const before = await readHeap();
    await nodeRed.post("load", { burst: messages });
    await sleep(settle);
    return ((await readHeap()) - before) / messages;
  } finally {
    await nodeRed.stop("SIGKILL");
  }
}

/**
 * Bytes of the heap for each message that waits for its turn, on top of what a function node needs that holds on to the
 * same messages.
 */
export async function measureWaiting({ url, token }: Target, installed?: string): Promise<number> {
  const silent = { url: `${url}/silent`, token };
  return (await measureHeld(nodes.token, silent, installed)) - (await measureHeld(nodes.keep, silent, installed));
}
