import { readFlag, readList, readNumber, readString, type Fields } from "../../answers";
import type { Item } from "./entries";
import type { EventMedia, EventPlayer, EventUser } from "./event";
import { readContainer, readItems, readMedia } from "./media";

/** One session in `/status/sessions`. */
export interface ListedSession extends Item {
  /** `sessionKey` */
  readonly session: string;
  readonly state: "playing" | "paused";
  /** ms */
  readonly position: number | null;
  readonly player: EventPlayer;
  readonly user: EventUser;
  readonly media: EventMedia;
}

function readPlayer(fields: Fields): EventPlayer {
  return {
    id: readString(fields, "machineIdentifier"),
    name: readString(fields, "title"),
    product: readString(fields, "product"),
    platform: readString(fields, "platform"),
    address: readString(fields, "address"),
    local: fields.local === undefined ? null : readFlag(fields, "local"),
  };
}

/** Sessions that are over, and those without a key, are left out. */
function readSession(fields: Fields): ListedSession[] {
  const session = readString(fields, "sessionKey");
  const player = readList(fields.Player)[0] ?? {};
  const user = readList(fields.User)[0] ?? {};
  const state = readString(player, "state")?.toLowerCase();
  if (session === null || state === "stopped" || state === "error") return [];
  return [
    {
      session,
      ratingKey: readString(fields, "ratingKey"),
      path: readString(fields, "key"),
      state: state === "paused" ? "paused" : "playing",
      position: readNumber(fields, "viewOffset"),
      player: readPlayer(player),
      user: { id: readString(user, "id"), name: readString(user, "title") },
      media: readMedia(fields),
    },
  ];
}

/**
 * What plays now, from an answer of `/status/sessions` in JSON or XML; null where it is no such answer, from which
 * nothing may be concluded.
 */
export function readSessionList(document: unknown): readonly ListedSession[] | null {
  const container = readContainer(document);
  return container ? readItems(container).flatMap(readSession) : null;
}
