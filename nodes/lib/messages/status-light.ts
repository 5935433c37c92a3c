import type { Node, NodeStatus } from "node-red";
import type { CallState } from "../../../src/progress";

/**
 * The status below a flow node: asking while any message is on its way, then the outcome of the last one. The texts
 * are keys of the node's catalogue, which the editor translates and Status nodes can rely on, or bare figures.
 */
export class StatusLight {
  #asking = 0;
  #shown = "";

  constructor(
    readonly node: Node,
    readonly show: (status: NodeStatus) => void,
  ) {}

  /** A message is on its way. */
  asking(): void {
    this.#asking += 1;
    this.#set(this.#key("asking"), { fill: "blue", shape: "dot" });
  }

  /** How far the asking has come, such as `2/5`. */
  progress(figures: string): void {
    this.#set(figures, { fill: "blue", shape: "dot" });
  }

  /** A message waits before the server is asked again for it, or is asked for again. */
  changed(state: CallState): void {
    this.#set(this.#key(state), { fill: "blue", shape: "dot" });
  }

  /** A message that was on its way has come to its end. */
  settled(): void {
    this.#asking -= 1;
  }

  /** A message got its result. */
  succeeded(): void {
    if (this.#asking === 0) this.#set(this.#key("ok"), { fill: "green", shape: "dot" });
  }

  /** A message failed, with this code. */
  failed(code: string): void {
    this.#set(this.#key(code), { fill: "red", shape: "ring" });
  }

  #key(name: string): string {
    return `${this.node.type}.status.${name}`;
  }

  #set(text: string, look: Pick<NodeStatus, "fill" | "shape">): void {
    if (text === this.#shown) return;
    this.#shown = text;
    this.show({ ...look, text });
  }
}
