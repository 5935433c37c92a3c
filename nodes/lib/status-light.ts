import type { Node, NodeStatus } from "node-red";

/**
 * The status below a flow node: asking while any message is on its way, then the outcome of the last one. The texts
 * are keys of the node's catalogue, which the editor translates and Status nodes can rely on.
 */
export class StatusLight {
  #asking = 0;
  #shown = "";

  constructor(
    readonly node: Node,
    readonly show: (status: NodeStatus) => void,
  ) {}

  /** A message is asked for. */
  asking(): void {
    this.#asking += 1;
    this.#set("asking", { fill: "blue", shape: "dot" });
  }

  /** A message got its result. */
  succeeded(): void {
    this.#asking -= 1;
    if (this.#asking === 0) this.#set("ok", { fill: "green", shape: "dot" });
  }

  /** A message failed, with this code. */
  failed(code: string): void {
    this.#asking -= 1;
    this.#set(code, { fill: "red", shape: "ring" });
  }

  #set(key: string, look: Pick<NodeStatus, "fill" | "shape">): void {
    if (key === this.#shown) return;
    this.#shown = key;
    this.show({ ...look, text: `${this.node.type}.status.${key}` });
  }
}
