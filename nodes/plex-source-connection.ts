import type { Node, NodeAPI } from "node-red";
import { handleInput } from "./lib/input-handler";
import { readProperty, type TypedValue } from "./lib/read-property";
import type { InputMessage, PlexSourceConnectionDef } from "./lib/types";

function isRefreshWanted(def: PlexSourceConnectionDef, msg: InputMessage): boolean {
  return typeof msg.refresh === "boolean" ? msg.refresh : def.refresh === true;
}

export = function plexSourceConnection(RED: NodeAPI): void {
  function PlexSourceConnection(this: Node, def: PlexSourceConnectionDef): void {
    RED.nodes.createNode(this, def);
    const typed: TypedValue = { value: def.source ?? "payload", type: def.sourceType ?? "msg", label: "source" };
    handleInput(RED, this, def, async (client, msg, signal) => {
      const source = await readProperty(RED, this, typed, msg);
      return client.getSourceConnection(source, { refresh: isRefreshWanted(def, msg), signal });
    });
  }
  RED.nodes.registerType("plex-source-connection", PlexSourceConnection);
};
