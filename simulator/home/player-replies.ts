import { send } from "../http/replies";
import { toXml, type PlexObject } from "../http/xml";
import type { Exchange } from "../types";

/** What a player is doing. */
export type PlayerState = "stopped" | "playing" | "paused";

/** What a player tells about itself. */
export interface PlayerFacts {
  readonly name: string;
  readonly machineIdentifier: string;
  readonly state: PlayerState;
  readonly media: { readonly ratingKey: string } | undefined;
}

/** `/player/timeline/poll`: what it does, as XML, for that is all that players speak. */
export function sendTimeline(exchange: Exchange, { machineIdentifier, state, media }: PlayerFacts): void {
  const Timeline = ["music", "photo", "video"].map((type) =>
    type === "video" && media ? { type, state, ratingKey: media.ratingKey } : { type, state: "stopped" },
  );
  const commandID = exchange.request.query.get("commandID") ?? "0";
  sendXml(exchange, "MediaContainer", { commandID, machineIdentifier, Timeline });
}

/** `/resources`: who it is. */
export function sendResources(exchange: Exchange, { name: title, machineIdentifier }: PlayerFacts): void {
  const Player = { title, machineIdentifier, product: "Simulated Player", protocol: "plex", deviceClass: "tv" };
  sendXml(exchange, "MediaContainer", { size: 1, Player });
}

/** Agrees to a command. */
export function sendOk(exchange: Exchange): void {
  sendXml(exchange, "Response", { code: 200, status: "OK" });
}

function sendXml(exchange: Exchange, name: string, object: PlexObject): void {
  send(exchange, 200, "text/xml;charset=utf-8", toXml(name, object));
}
