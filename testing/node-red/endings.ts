import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { catchAll, placed, probe, type Properties } from "./flows";
import type { FlowNode, NodeRedProcess, ProbedMessage } from "./process";

/** How a message to a node ended: at its outputs, "result" and "error", or "caught" by a Catch node. */
export interface Ending {
  /** The node's. */
  readonly id: string;
  readonly at: string;
  readonly msg: ProbedMessage["msg"];
  /** Of its error; "" where there is none. */
  readonly code: string;
  readonly message: string;
}

/** Nodes with probes behind their outputs; those whose id begins with `caught-` leave their errors to a Catch node. */
export function withEndings(nodes: readonly FlowNode[]): FlowNode[] {
  return [
    ...nodes.map((node) => placed({ ...node, wires: [["result"], node.id.startsWith("caught-") ? [] : ["error"]] })),
    ...["result", "error"].map((name) => probe(name, name)),
    ...catchAll(),
  ];
}

/** A node, and the same with its errors left to a Catch node. */
export function bothWays(make: (properties: Properties) => FlowNode, id: string, properties: Properties): FlowNode[] {
  return [id, `caught-${id}`].map((each) => make({ ...properties, id: each }));
}

/** Sends a message with these properties to each of the nodes. */
export async function tell(nodeRed: NodeRedProcess, ids: readonly string[], msg: object = {}): Promise<void> {
  nodeRed.messages.length = 0;
  for (const id of ids) await nodeRed.inject(id, { payload: "kept", ...msg, _msgid: id });
}

/** Waits until each message has ended, and a little longer: each ends once. */
export async function endingsOf(nodeRed: NodeRedProcess, ids: readonly string[]): Promise<readonly Ending[]> {
  await nodeRed.until(() => nodeRed.messages.length >= ids.length, "the endings");
  await sleep(200);
  const endings = nodeRed.messages.map(({ probe: at, msg }) => {
    const { code = "", message = "" } = (msg.error ?? {}) as { code?: string; message?: string };
    return { id: String(msg._msgid), at, msg, code, message };
  });
  assert.deepEqual(endings.map(({ id }) => id).sort(), [...ids].sort(), "each message ends once");
  return endings;
}

/** The same, where each has to fail with this code, and leave the payload as it was. */
export async function failuresOf(nodeRed: NodeRedProcess, ids: readonly string[], code: string) {
  const endings = await endingsOf(nodeRed, ids);
  for (const ending of endings) {
    const { id, at, msg } = ending;
    const expected = [id.startsWith("caught-") ? "caught" : "error", code, "kept"];
    assert.deepEqual([at, ending.code, msg["payload"]], expected, `${id}: ${ending.message}`);
  }
  return endings;
}
