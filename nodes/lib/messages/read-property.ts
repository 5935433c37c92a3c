import type { Node, NodeAPI } from "node-red";
import { invalidInput, PlexError } from "../../../src/errors";
import { readText } from "../../../src/settings";
import type { InputMessage } from "../types";

function evaluate(RED: NodeAPI, node: Node, typed: TypedValue, msg: InputMessage): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // A context store may answer later, and JSONata always does; a bad expression throws at once.
    RED.util.evaluateNodeProperty(typed.value, typed.type, node, msg, (error, value: unknown) => {
      if (error) reject(error);
      else resolve(value);
    });
  });
}

/** What a typedInput of the editor stores. */
export interface TypedValue {
  readonly value: string;
  readonly type: string;
  /** What the user calls it. */
  readonly label: string;
}

/**
 * What a typedInput stands for when this message arrives.
 * @throws PlexError `invalid-input` when the expression cannot be evaluated, `not-configured` for an unresolved `${…}`
 */
export async function readProperty(RED: NodeAPI, node: Node, typed: TypedValue, msg: InputMessage): Promise<unknown> {
  if (typed.type === "str") return readText(typed.value, typed.label);
  try {
    return await evaluate(RED, node, typed, msg);
  } catch (error) {
    if (error instanceof PlexError) throw error;
    throw invalidInput(
      `The ${typed.label} of this node cannot be evaluated for this message.`,
      "Open the node and correct the expression, or see that the message has what it refers to.",
    );
  }
}
