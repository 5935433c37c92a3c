import type { Node, NodeAPI } from "node-red";
import { handleInput, readProperty, type TypedValue } from "./lib/messages";
import type { InputMessage, PlexSourceConnectionDef } from "./lib/types";

function isRefreshWanted(def: PlexSourceConnectionDef, msg: InputMessage): boolean {
  return typeof msg.refresh === "boolean" ? msg.refresh : def.refresh === true;
}

export = function plexSourceConnection(RED: NodeAPI): void {
  function PlexSourceConnection(this: Node, def: PlexSourceConnectionDef): void {
    RED.nodes.createNode(this, def);
    const typed: TypedValue = { value: def.source ?? "payload", type: def.sourceType ?? "msg", label: "source" };
    handleInput(RED, this, def, async (client, msg, task) => {
      const source = await readProperty(RED, this, typed, msg);
      const options = { refresh: isRefreshWanted(def, msg), signal: task.signal, onStateChange: task.onStateChange };
      if (def.probe !== true) return client.getSourceConnection(source, options);
      const onProgress = (answered: number, total: number) => {
        task.progress(`${answered}/${total}`);
      };
      return client.getBestConnection(source, { ...options, onProgress });
    });
  }
  RED.nodes.registerType("plex-source-connection", PlexSourceConnection);
};
