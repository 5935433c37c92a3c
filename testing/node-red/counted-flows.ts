import type { FlowNode } from "./process";
import { placed, sourceNode, tokenNode, type Properties } from "./flows";

/** A node that counts the messages of a burst under its name. */
export function counter(id: string, name: string): FlowNode {
  return placed({ id, type: "counter", name });
}

/** A node of ours with counters behind its outputs: "<name> success" and "<name> error". */
export function counted(node: FlowNode, name = node.id): FlowNode[] {
  const { id } = node;
  return [
    placed({ ...node, wires: [[`${id}-success`], [`${id}-error`]] }),
    counter(`${id}-success`, `${name} success`),
    counter(`${id}-error`, `${name} error`),
  ];
}

/** Ids of the nodes that `everyKind` makes. */
export const kinds = ["token", "source", "reused", "probed"] as const;

/** One node for each way of asking, counted. */
export function everyKind(properties: Properties = {}): FlowNode[] {
  return [
    ...counted(tokenNode({ ...properties, id: "token" })),
    ...counted(sourceNode({ ...properties, id: "source" })),
    ...counted(tokenNode({ ...properties, id: "reused", reuse: 5 })),
    ...counted(sourceNode({ ...properties, id: "probed", probe: true })),
  ];
}
