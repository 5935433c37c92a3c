import type { Node, NodeAPI } from "node-red";
import { handleInput, readMessageProperty, readProperty, Result } from "./lib/messages";
import type { InputMessage, PlexRequestDef } from "./lib/types";

/** What is asked for this message. @throws PlexError where an expression cannot be evaluated */
async function readRequest(RED: NodeAPI, node: Node, def: PlexRequestDef, msg: InputMessage) {
  const read = (label: string, value: string, type: string) => readProperty(RED, node, { value, type, label }, msg);
  const { method, all, limit, answer, path = "", query = "", player = "", playerType = "str" } = def;
  const via = def.via?.trim() ?? "";
  const hasQuery = typeof query === "object" || query.trim() !== "";
  const hasPlayer = playerType !== "str" || player.trim() !== "";
  return {
    method,
    all: all === true,
    limit,
    answer,
    path: await read("path", path, def.pathType ?? "str"),
    query:
      typeof query === "string" && hasQuery ? await read("query", query, def.queryType ?? "json") : query || undefined,
    // An empty value from elsewhere is refused: that does not mean the own server.
    player: hasPlayer ? ((await read("player", player, playerType)) ?? "") : undefined,
    via: via === "" ? undefined : (readMessageProperty(RED, msg, via) ?? null),
  };
}

export = function plexRequest(RED: NodeAPI): void {
  function PlexRequest(this: Node, def: PlexRequestDef): void {
    RED.nodes.createNode(this, def);
    handleInput(RED, this, def, async (client, msg, { signal, progress, onStateChange }) => {
      const request = await readRequest(RED, this, def, msg);
      const onProgress = (done: number, total?: number) => {
        progress(total === undefined ? String(done) : `${done}/${total}`);
      };
      const response = await client.request({ ...request, signal, onProgress, onStateChange });
      const { value, statusCode, contentType } = response;
      const isRaw = def.answer === "text" || def.answer === "buffer";
      return new Result(value, statusCode, isRaw ? contentType : undefined);
    });
  }
  RED.nodes.registerType("plex-request", PlexRequest);
};
