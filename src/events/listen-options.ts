import type { PlexEvent } from "./notifications";
import type { MediaType } from "./media-types";
import type { ConnectionChange, ConnectionStatus } from "./stream";

/** What to listen to. */
export interface ListenOptions {
  /** `all`: every notification but the log's, as the server sends it. Nothing else counts then. */
  readonly listen: "playback" | "library" | "all";
  /** Of playback: identifier or name of the player; "" for all. */
  readonly player: string;
  /** Of playback: id or name of the user; "" for all. */
  readonly user: string;
  /** The types of media that count; of the library for `added` alone. */
  readonly media: readonly MediaType[];
  /** Of playback: ms for which a stop is held back. */
  readonly settle: number;
  /** Of playback: whether each report of a position is told. */
  readonly progress: boolean;
}

/** Who listens. What one of its functions throws is dropped, for it may not keep the others from hearing. */
export interface EventListener {
  /**
   * Told of each event. `topic` is the event's name and `payload` a {@link PlexEvent} whose `at` is epoch ms; with
   * `listen: "all"` it is the notification's type, and an entry as it came. The payload is the listener's own.
   */
  readonly onEvent: (topic: string, payload: PlexEvent | Readonly<Record<string, unknown>>) => void;
  /**
   * Told when an outage begins and when it is over; at its begin too who comes while one goes on. All listeners get the same
   * object: leave it as it is.
   */
  readonly onChange: (change: ConnectionChange) => void;
  /** Told how the stream is: at first, and whenever that changes. All listeners get the same object: leave it as it is. */
  readonly onStatus: (status: ConnectionStatus) => void;
}

/** The types of notifications that each needs; null for all. */
const typesOf: Readonly<Record<ListenOptions["listen"], readonly string[] | null>> = {
  playback: ["playing"],
  library: ["timeline", "activity"],
  all: null,
};

/** The types that all of them need together; null where somebody needs all. */
export function neededTypes(all: Iterable<{ readonly options: ListenOptions }>): ReadonlySet<string> | null {
  const types = new Set<string>();
  for (const { options } of all) {
    const needed = typesOf[options.listen];
    if (!needed) return null;
    for (const type of needed) types.add(type);
  }
  return types;
}

/** Whether a stream of these types has all that is needed. */
export function hasAll(types: ReadonlySet<string> | null, needed: ReadonlySet<string> | null): boolean {
  return types === null || (needed !== null && [...needed].every((type) => types.has(type)));
}

/** The `filters` of the stream: a list of types, or all but the log, whose lines may hold tokens. */
export function filtersOf(types: ReadonlySet<string> | null): string {
  return types === null ? "-log" : [...types].sort().join(",");
}

/** The event with its time as epoch ms. */
export function withEpoch(event: PlexEvent): PlexEvent {
  return { ...event, at: Math.round(Date.now() - (performance.now() - event.at)) };
}
