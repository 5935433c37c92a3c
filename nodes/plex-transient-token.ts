import type { Node, NodeAPI } from "node-red";
import { handleInput } from "./lib/input-handler";
import type { FlowNodeDef } from "./lib/types";

export = function plexTransientToken(RED: NodeAPI): void {
  function PlexTransientToken(this: Node, def: FlowNodeDef): void {
    RED.nodes.createNode(this, def);
    handleInput(RED, this, def, (client, _msg, signal) => client.getTransientToken({ signal }));
  }
  RED.nodes.registerType("plex-transient-token", PlexTransientToken);
};
