import type { NodeAPI } from "node-red";
import { invalidInput } from "../../../src/errors";
import type { InputMessage } from "../types";

/** Whether a value of the message can take properties, or is still to be made. */
function canHold(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null);
}

/**
 * Sees that the result will find its place before anything is asked for: a token that was minted and cannot be
 * delivered is lost.
 * @param property such as `payload` or `plex.access`
 * @throws PlexError `invalid-input` when something else stands in its way
 */
export function checkResultProperty(RED: NodeAPI, msg: InputMessage, property: string): void {
  if (!/[.[]/.test(property)) return;
  const path = RED.util.normalisePropertyExpression(property, msg);
  let value: unknown = msg;
  for (const name of path.slice(0, -1)) {
    value = (value as Record<string | number, unknown> | undefined)?.[name];
    if (canHold(value)) continue;
    throw invalidInput(
      `The result cannot be put at msg.${property}: something else stands in its way.`,
      "Choose another property for the result, or remove what stands there before this node.",
    );
  }
}
