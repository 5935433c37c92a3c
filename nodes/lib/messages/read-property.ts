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

/** Other white space, such as a line break, is not what one types around a text. */
function trimSpaces(text: string): string {
  let end = text.length;
  while (text.endsWith(" ", end)) end -= 1;
  return text.slice(0, end).replace(/^ +/, "");
}

/**
 * What a typedInput stands for when this message arrives, undefined where a message, like any context, has nothing there.
 * @throws PlexError `invalid-input` when the expression cannot be evaluated, `not-configured` for an unresolved `${…}`
 */
export async function readProperty(RED: NodeAPI, node: Node, typed: TypedValue, msg: InputMessage): Promise<unknown> {
  if (typed.type === "str") {
    readText(typed.value, typed.label);
    return trimSpaces(typed.value);
  }
  try {
    return await evaluate(RED, node, typed, msg);
  } catch (error) {
    if (error instanceof PlexError) throw error;
    // Of a message, Node-RED throws this for `a.b` without `a`; a bad expression is another error.
    if (typed.type === "msg" && error instanceof TypeError) return undefined;
    throw invalidInput(
      `The ${typed.label} of this node cannot be evaluated for this message.`,
      "Open the node and correct the expression, or see that the message has what it refers to.",
    );
  }
}

/** What a message has at a property, undefined where it has nothing there. */
export function readMessageProperty(RED: NodeAPI, msg: InputMessage, property: string): unknown {
  try {
    return RED.util.getMessageProperty(msg, property) as unknown;
  } catch {
    // Something on the way there is missing, or cannot be read.
    return undefined;
  }
}
