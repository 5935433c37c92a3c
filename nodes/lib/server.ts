import type { NodeAPI } from "node-red";
import type { PlexClient } from "../../src/plex-client";
import { notConfigured } from "../../src/settings";
import type { PlexConfigNode } from "./types";

/**
 * How to get at the client of a plex-config node. It is looked up once: Node-RED starts config nodes first, and makes
 * the flow nodes anew when one of them changes.
 * @returns a function that throws PlexError `not-configured` when there is no such node, or it has no client
 */
export function getServer(RED: NodeAPI, id: string | undefined): () => PlexClient {
  const node = (id ? RED.nodes.getNode(id) : null) as Partial<PlexConfigNode> | null | undefined;
  return () => {
    if (typeof node?.getClient === "function") return node.getClient();
    throw notConfigured(
      "There is no plex-config node, or it is disabled.",
      "Open this node and choose the server that it shall ask.",
    );
  };
}
