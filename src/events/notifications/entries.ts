import { readList, readNumber, readString, type Fields } from "../../answers";
import type { Notification } from "./frames";

/** What names an item: at least one of the two, or neither where the server does not tell. */
export interface Item {
  readonly ratingKey: string | null;
  /** Its path, which Plex calls `key`: live television has this alone in places. */
  readonly path: string | null;
}

/** What a player does, in a notification of the type `playing`. */
export interface PlayingEntry extends Item {
  readonly kind: "playing";
  /** `sessionKey`; null in the stops of some players, which tell nothing. */
  readonly session: string | null;
  /** `clientIdentifier`, the player's; null on older servers. */
  readonly player: string | null;
  readonly state: "playing" | "paused" | "stopped" | "other";
  /** ms */
  readonly position: number | null;
}

/** What happens to an item of a library, in a notification of the type `timeline`. */
export interface TimelineEntry {
  readonly kind: "timeline";
  readonly item: string;
  readonly section: string;
  /** Plex's number of the type of item: 1 movie, 4 episode, 10 track, and so on. */
  readonly type: number | null;
  readonly title: string | null;
  /** `created`: it is new; `done`: its metadata is there; `deleted`; `busy`: anything between. */
  readonly state: "created" | "busy" | "done" | "deleted";
}

/** The end of a scan of a library section, in a notification of the type `activity`. */
export interface ScannedEntry {
  readonly kind: "scanned";
  readonly uuid: string | null;
  readonly section: string | null;
}

/** Anything else. */
export interface OtherEntry {
  readonly kind: "other";
}

/** One entry of a notification, read. */
export type Entry = PlayingEntry | TimelineEntry | ScannedEntry | OtherEntry;

const other: OtherEntry = { kind: "other" };

/** `error` ends playback as a stop does; `buffering` and what is not known say only that the session lives. */
function readState(fields: Fields): PlayingEntry["state"] {
  const state = readString(fields, "state")?.toLowerCase();
  if (state === "playing" || state === "paused") return state;
  return state === "stopped" || state === "error" ? "stopped" : "other";
}

function readPlaying(fields: Fields): PlayingEntry {
  const position = readNumber(fields, "viewOffset");
  return {
    kind: "playing",
    session: readString(fields, "sessionKey"),
    player: readString(fields, "clientIdentifier"),
    ratingKey: readString(fields, "ratingKey"),
    path: readString(fields, "key"),
    state: readState(fields),
    position: position === null ? null : Math.max(0, position),
  };
}

/** 0 is created, 5 done and 9 deleted; a `metadataState` beside a 5 says that it is not done after all. */
function readTimelineState(fields: Fields): TimelineEntry["state"] {
  const state = readNumber(fields, "state");
  const metadataState = readString(fields, "metadataState");
  if (state === 9 || metadataState === "deleted") return "deleted";
  if (state === 0) return metadataState === "created" ? "created" : "busy";
  return state === 5 && metadataState === null && readString(fields, "queueSize") === null ? "done" : "busy";
}

/** Entries of other plug-ins (the programme guide of a tuner), and of section -1, are no items of a library. */
function readTimeline(fields: Fields): TimelineEntry | OtherEntry {
  const item = readString(fields, "itemID");
  const section = readNumber(fields, "sectionID") ?? 0;
  if (item === null || section <= 0 || readString(fields, "identifier") !== "com.plexapp.plugins.library") return other;
  return {
    kind: "timeline",
    item,
    section: String(section),
    type: readNumber(fields, "type"),
    title: readString(fields, "title"),
    state: readTimelineState(fields),
  };
}

function readActivity(fields: Fields): ScannedEntry | OtherEntry {
  const activity = readList(fields.Activity)[0] ?? {};
  if (readString(fields, "event") !== "ended" || readString(activity, "type") !== "library.update.section")
    return other;
  return {
    kind: "scanned",
    uuid: readString(fields, "uuid") ?? readString(activity, "uuid"),
    section: readString(readList(activity.Context)[0] ?? {}, "librarySectionID"),
  };
}

/** What an entry says of playback or of the library, numbers as text and the reverse accepted. It never throws. */
export function readEntry({ type, entry }: Notification): Entry {
  if (type === "playing") return readPlaying(entry);
  if (type === "timeline") return readTimeline(entry);
  return type === "activity" ? readActivity(entry) : other;
}
