import type { NodeAPI } from "node-red";
import { type DetailedError, inSubflow, notDeployed } from "../http";

/**
 * Whether a node stands inside a subflow, by what is deployed. It does not run itself: Node-RED makes a copy with an id of
 * its own for each instance.
 */
export function isInSubflow(RED: NodeAPI, id: string): boolean {
  const types = new Map<string, string>();
  let place: unknown;
  RED.nodes.eachNode((node) => {
    types.set(node.id, node.type);
    if (node.id === id) place = (node as { z?: unknown }).z;
  });
  return typeof place === "string" && types.get(place) === "subflow";
}

/** Why a node that a form refers to does not run. */
export function notRunning(RED: NodeAPI, id: string, what: string): DetailedError {
  return isInSubflow(RED, id) ? inSubflow(what) : notDeployed(what);
}
