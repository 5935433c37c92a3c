import type { NodeAPI } from "node-red";

const listeners = new Set<() => void>();

const tellAll = () => {
  for (const listener of [...listeners]) listener();
};

/**
 * Calls a function whenever flows have been started, which is when the nodes that it sends to are there, and when a
 * plex-config node may have gone, changed or come back. All share one listener: more than ten would be a warning in the log.
 * @param listener may not throw
 * @returns a function that ends it
 */
export function onFlowsStarted(RED: NodeAPI, listener: () => void): () => void {
  if (listeners.size === 0) RED.events.on("flows:started", tellAll);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) RED.events.removeListener("flows:started", tellAll);
  };
}
