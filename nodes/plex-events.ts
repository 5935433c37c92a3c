import type { Node, NodeAPI } from "node-red";
import { notConfigured } from "../src/errors";
import { type ListenOptions, mediaTypes } from "../src/events";
import { readText, readWholeNumber } from "../src/settings";
import { handleEvents } from "./lib/messages";
import type { PlexEventsDef } from "./lib/types";

const choices = ["playback", "library", "all"] as const;
const ordinaryMedia: readonly string[] = ["movie", "episode", "track"];
const second = 1000;
const hour = 3600;

function readListen(value: unknown): ListenOptions["listen"] {
  const text = readText(value, "choice of events");
  const choice = choices.find((each) => each === (text || "playback"));
  if (choice) return choice;
  throw notConfigured(
    `There are no events of the kind "${text}".`,
    "Open this node and choose what it shall listen to.",
  );
}

/** @throws PlexError `not-configured` where something is refused */
function readOptions({ listen, player, user, media = ordinaryMedia, settle, progress }: PlexEventsDef): ListenOptions {
  return {
    listen: readListen(listen),
    player: readText(player, "player"),
    user: readText(user, "user"),
    media: mediaTypes.filter((type) => media.includes(type)),
    settle: readWholeNumber(settle, { label: "settling time", fallback: 2, min: 0, max: hour }) * second,
    progress: progress === true,
  };
}

export = function plexEvents(RED: NodeAPI): void {
  function PlexEvents(this: Node, def: PlexEventsDef): void {
    RED.nodes.createNode(this, def);
    handleEvents(RED, this, def, (client, listener) => client.listen(readOptions(def), listener));
  }
  RED.nodes.registerType("plex-events", PlexEvents);
};
