import type { Node, NodeAPI } from "node-red";
import { readWholeNumber } from "../src/settings";
import { TokenKeeper } from "../src/token-keeper";
import { handleInput } from "./lib/input-handler";
import type { PlexTransientTokenDef } from "./lib/types";

const minute = 60 * 1000;

export = function plexTransientToken(RED: NodeAPI): void {
  function PlexTransientToken(this: Node, def: PlexTransientTokenDef): void {
    RED.nodes.createNode(this, def);
    const keeper = new TokenKeeper();
    handleInput(RED, this, def, (client, msg, { signal }) => {
      const minutes = readWholeNumber(def.reuse, { label: "reuse time", fallback: 0, least: 0 });
      const wish = { maxAge: minutes * minute, refresh: msg.refresh === true };
      const obtain = (callSignal: AbortSignal) => client.getTransientToken({ signal: callSignal });
      return keeper.peek(wish) ?? keeper.get(obtain, wish, signal());
    });
  }
  RED.nodes.registerType("plex-transient-token", PlexTransientToken);
};
