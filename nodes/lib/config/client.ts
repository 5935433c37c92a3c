import type { NodeAPI } from "node-red";
import { notConfigured } from "../../../src/errors";
import type { PlexClient } from "../../../src/plex-client";
import type { PlexConfigNode } from "../types";

/**
 * The client of a plex-config node. It is looked up for each message: a plex-config node that is deployed again after
 * it was deleted is a new one, and Node-RED leaves the flow nodes that use it as they are.
 * @throws PlexError `not-configured` when there is no such node, or it has no client
 */
export function getClient(RED: NodeAPI, id: string | undefined): PlexClient {
  const node = (id ? RED.nodes.getNode(id) : null) as Partial<PlexConfigNode> | null | undefined;
  if (typeof node?.getClient === "function") return node.getClient();
  throw notConfigured(
    "There is no plex-config node, or it is disabled.",
    "Open this node and choose the server that it shall ask.",
  );
}
