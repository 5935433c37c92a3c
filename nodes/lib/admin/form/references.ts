import type { Node, NodeAPI } from "node-red";
import { notConfigured, PlexError } from "../../../../src/errors";
import { DetailedError } from "../http";

/** The variable that a whole `${VARIABLE}` refers to, as Node-RED puts it in on deploy. */
function findVariable(text: string): string | undefined {
  return /^\$\{([^}\s]+)\}$/.exec(text)?.[1];
}

function lookUp(RED: NodeAPI, node: Node | undefined, text: string): string {
  // A node that does not run yet has no flow whose variables to look at: those of the process are left.
  const value = RED.util.evaluateNodeProperty(text, "env", node as Node, {}) as string | number | boolean | undefined;
  return value === undefined ? "" : String(value);
}

/** Whether a text is no reference, or one to a variable that is set. */
export function isSet(RED: NodeAPI, node: Node | undefined, text: string): boolean {
  return findVariable(text) === undefined || lookUp(RED, node, text) !== "";
}

/**
 * A value with a whole `${VARIABLE}` put in as Node-RED does on deploy.
 * @param setting the field that it stands in
 * @throws DetailedError `variable-unset`
 */
export function resolveReference(RED: NodeAPI, node: Node | undefined, text: string, setting: string): string {
  const variable = findVariable(text);
  if (variable === undefined) return text;
  const value = lookUp(RED, node, text);
  if (value !== "") return value;
  const error = notConfigured(
    `The setting refers to the environment variable "${variable}", which is not set.`,
    `Set ${variable} where Node-RED can see it.`,
  );
  throw new DetailedError(error, "variable-unset", { setting, variable });
}

/** Reads a setting. @throws DetailedError `setting-refused`, which tells of which one */
export function readSetting<T>(setting: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PlexError)) throw error;
    throw new DetailedError(error, "setting-refused", { setting });
  }
}
