/** The player of an event. What is not known is null. */
export interface EventPlayer {
  /** `machineIdentifier`, the same as the `clientIdentifier` of newer servers' notifications. */
  readonly id: string | null;
  /** The name that people see. */
  readonly name: string | null;
  readonly product: string | null;
  readonly platform: string | null;
  readonly address: string | null;
  /** Whether it is in the server's own network. */
  readonly local: boolean | null;
}

/** The user of an event; `name` is the name that Plex shows, not the account's. */
export interface EventUser {
  readonly id: string | null;
  readonly name: string | null;
}

/** What an event is about. What is not known is null. */
export interface EventMedia {
  /** `movie`, `episode`, `track`, `photo`, `clip` (trailers and pre-rolls), or what else the server says. */
  readonly type: string | null;
  readonly title: string | null;
  readonly year: number | null;
  readonly show: string | null;
  readonly season: number | null;
  readonly episode: number | null;
  readonly artist: string | null;
  readonly album: string | null;
  readonly ratingKey: string | null;
  /** Title of the library section. */
  readonly library: string | null;
  /** ms */
  readonly duration: number | null;
  /** A path on the server, without a token. */
  readonly thumb: string | null;
  /** Whether it is live television. */
  readonly live: boolean;
}

/** What a listener to playback can be told. */
export type PlaybackEventName = "started" | "paused" | "resumed" | "stopped" | "changed" | "progress";

/** What a listener to the library can be told. */
export type LibraryEventName = "added" | "removed" | "scanned";

/**
 * One event. Inside this room `at` is a moment of the monotonic clock that the reducers were given; what leaves the room
 * has it in epoch ms.
 */
export interface PlexEvent {
  readonly event: PlaybackEventName | LibraryEventName;
  /** When it happened, which may be some time before it is told. */
  readonly at: number;
  /** The session key under which it started; one that goes on under another key keeps it. Null for the library. */
  readonly session: string | null;
  /** Found by comparing what the server lists, and not told by a notification. */
  readonly inferred: boolean;
  /** ms from the start of the item */
  readonly position: number | null;
  /** Of `stopped` and `changed`: whether the item that ended was played to its end; null where that cannot be known. */
  readonly completed: boolean | null;
  readonly player: EventPlayer | null;
  readonly user: EventUser | null;
  readonly media: EventMedia;
}

/** Nothing is known of the player. */
export const unknownPlayer: EventPlayer = {
  id: null,
  name: null,
  product: null,
  platform: null,
  address: null,
  local: null,
};

/** Nothing is known of the user. */
export const unknownUser: EventUser = { id: null, name: null };

/** Nothing is known of the item. */
export const unknownMedia: EventMedia = {
  type: null,
  title: null,
  year: null,
  show: null,
  season: null,
  episode: null,
  artist: null,
  album: null,
  ratingKey: null,
  library: null,
  duration: null,
  thumb: null,
  live: false,
};
