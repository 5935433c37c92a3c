import { type MediaType, mediaTypes } from "../media-types";
import type { EventMedia } from "../notifications";
import type { Play } from "./table";

/** What a listener wants to hear of. Values are compared whole, and the case of letters does not matter. */
export interface PlaybackFilter {
  /** Identifier or name of the player; "" for all. */
  readonly player: string;
  /** Id or name of the user; "" for all. */
  readonly user: string;
  /** The types of media that count. */
  readonly media: readonly MediaType[];
}

function isOneOf(wanted: string, ...values: readonly (string | null)[]): boolean {
  const text = wanted.trim().toLowerCase();
  return text === "" || values.some((value) => value?.trim().toLowerCase() === text);
}

/** Whether the type of an item counts. One that is not known does, and so does live television, which comes as a clip. */
export function passesMedia({ type, live }: EventMedia, types: readonly MediaType[]): boolean {
  const known = mediaTypes.find((each) => each === type);
  return known === undefined || types.includes(known) || (known === "clip" && live);
}

/** Whether a listener wants to hear of a play. Where it asks for what is not known, it hears nothing. */
export function passes({ player, user, media }: Play, filter: PlaybackFilter): boolean {
  return (
    isOneOf(filter.player, player.id, player.name) &&
    isOneOf(filter.user, user.id, user.name) &&
    passesMedia(media, filter.media)
  );
}
