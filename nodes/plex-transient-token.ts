import type { Node, NodeAPI } from "node-red";
import { TokenCache } from "../src/calls";
import { readWholeNumber } from "../src/settings";
import { handleInput } from "./lib/messages";
import type { PlexTransientTokenDef } from "./lib/types";

const minute = 60 * 1000;

export = function plexTransientToken(RED: NodeAPI): void {
  function PlexTransientToken(this: Node, def: PlexTransientTokenDef): void {
    RED.nodes.createNode(this, def);
    const cache = new TokenCache();
    handleInput(RED, this, def, (client, msg, { signal, onStateChange }) => {
      const minutes = readWholeNumber(def.reuse, { label: "reuse time", fallback: 0, min: 0 });
      const request = { maxAge: minutes * minute, refresh: msg.refresh === true, streamsLost: client.streamsLost };
      const requestToken = (callSignal: AbortSignal) => client.getTransientToken({ signal: callSignal, onStateChange });
      return cache.getCached(request) ?? cache.get(requestToken, request, signal);
    });
  }
  RED.nodes.registerType("plex-transient-token", PlexTransientToken);
};
