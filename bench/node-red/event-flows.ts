import { placed } from "../../testing/node-red/flows";
import type { FlowNode } from "../../testing/node-red/process";
import { playerId } from "../inside/frames";
import { functionNode, plexConfig, type Target } from "./flows";

const tab: FlowNode = { id: "tab", type: "tab", label: "bench" };
const watched = playerId(1);

/** What counts the messages, and tells of them: `POST /listen`. */
const ear: readonly FlowNode[] = [
  tab,
  functionNode({ id: "ear", func: 'global.get("kit").hear(msg);', wires: [[]] }),
  placed({ id: "ask", type: "http in", url: "/listen", method: "post", wires: [["heard"]] }),
  functionNode({ id: "heard", func: 'return global.get("kit").listen(msg);', wires: [["answer"]] }),
  placed({ id: "answer", type: "http response" }),
];

/** As a user sets it, to hear of one player. */
const listener = (id: string, player: string, progress: boolean): FlowNode =>
  placed({
    ...{ id, type: "plex-events", server: "server", listen: "playback", player, user: "" },
    ...{ media: ["movie", "episode", "track"], settle: 2, progress, wires: [["ear"], []] },
  });

/** A flow that hears of one player. */
export function listening(target: Target, progress = false): FlowNode[] {
  return [...ear, plexConfig(target), listener("events", watched, progress)];
}

/** A flow with so many listeners on one plex-config, each for a player of its own. */
export function manyListening(target: Target, listeners: number): FlowNode[] {
  const all = Array.from({ length: listeners }, (_, index) => listener(`events-${index}`, playerId(index + 1), false));
  return [...ear, plexConfig(target), ...all];
}

/** What one would build of core nodes to hear of one player. */
export function webSocketFlow({ url, token }: Target): FlowNode[] {
  const path = `${url.replace("http", "ws")}/:/websockets/notifications?X-Plex-Token=${token}`;
  const property = "payload.NotificationContainer.PlaySessionStateNotification[0].clientIdentifier";
  const rules = [{ t: "eq", v: watched, vt: "str" }];
  return [
    ...ear,
    { id: "client", type: "websocket-client", path, tls: "", wholemsg: "false", hb: "0", subprotocol: "", headers: [] },
    placed({ id: "stream", type: "websocket in", server: "", client: "client", wires: [["parse"]] }),
    placed({ id: "parse", type: "json", property: "payload", action: "", pretty: false, wires: [["pick"]] }),
    placed({
      ...{ id: "pick", type: "switch", property, propertyType: "msg", rules, checkall: "true" },
      ...{ repair: false, outputs: 1, wires: [["ear"]] },
    }),
  ];
}
