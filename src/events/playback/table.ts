import type { EventMedia, EventPlayer, EventUser, Item } from "../notifications";

/** The most items that are followed at a time; a server with more players than that is none that we know of. */
export const mostPlays = 256;

/** ms without a report after which the server is asked whether a session is still there; players report every 10–20 s. */
export const silence = 300_000;

/** How a play that is not told yet ended. */
export interface Ending {
  readonly at: number;
  readonly inferred: boolean;
}

/**
 * One item that one session plays. All times are ms of a monotonic clock.
 *
 * It is told to nobody before it is `known`: a play that was first heard of awaits `/status/sessions`, and where that does
 * not tell the type of its item, `/library/metadata`.
 */
export interface Play extends Item {
  /** One of its own within the table. */
  readonly id: number;
  /** The session key under which the server has it now. */
  readonly key: string;
  /** The session key under which it was first heard of: what listeners are told. */
  readonly session: string;
  readonly state: "playing" | "paused";
  /** Whether it has ever been playing since it is known: what has not, has not started. */
  readonly played: boolean;
  /** Where it was at `moved`, in ms. */
  readonly position: number | null;
  readonly player: EventPlayer;
  readonly user: EventUser;
  readonly media: EventMedia;
  readonly began: number;
  /** When it came into its state. */
  readonly since: number;
  /** When it was last known to go on. */
  readonly heard: number;
  /** When its position was last told. */
  readonly moved: number;
  /** What is awaited before it is told. */
  readonly awaits: "sessions" | "metadata" | "nothing";
  /** Whether `/status/sessions` has told of its player and user. */
  readonly listed: boolean;
  /** When `/status/sessions` shall be asked for it (again), and how long to wait after that. */
  readonly askAt: number;
  readonly pause: number;
  /** False after a gap of the stream, until something tells that it goes on. */
  readonly confirmed: boolean;
  /** It was going on before anybody listened: its start is not told. */
  readonly silent: boolean;
  /** Its start was found by comparing. */
  readonly inferred: boolean;
  /** Set where it ended before it was known. */
  readonly ending: Ending | null;
  /** The item that the same session played before it. */
  readonly before: Item | null;
}

/** A stop under a key that is not known: whose it is shows in `/status/sessions`. */
export interface Doubt extends Item {
  readonly player: string | null;
  readonly position: number | null;
  readonly at: number;
  readonly askAt: number;
  readonly tries: number;
}

/** What is known of the sessions of one server. Never changed in place. */
export interface Table {
  /** By id, which is the order in which they were first heard of. */
  readonly plays: ReadonlyMap<number, Play>;
  readonly nextId: number;
  readonly doubts: readonly Doubt[];
  /** When sessions stopped, by key: a list that was made before may still have them. */
  readonly stopped: ReadonlyMap<string, number>;
  /** Since when the stream is there; null while it is not. */
  readonly connected: number | null;
  /** Whether the sessions were compared since then. */
  readonly compared: boolean;
  /** Whether what had been going on before anybody listened has been learned. */
  readonly learned: boolean;
  /** When the server refused to list its sessions, as to all but the owner; null where it has not. */
  readonly refused: number | null;
  /** The next question for the sessions may not be earlier. */
  readonly askAt: number;
  /** Questions that failed in a row. */
  readonly failures: number;
}

/** What changed about a play. */
export interface Report {
  readonly play: Play;
  /** `state`: it is known now, or its state or what is known of it changed; `progress`: its position alone did. */
  readonly change: "state" | "progress" | "ended";
  readonly at: number;
  readonly inferred: boolean;
}

/** The table after an input, and what listeners have to hear of. */
export interface Step {
  readonly table: Table;
  readonly reports: readonly Report[];
}

/** The table of a server of which nothing is known yet. */
export const emptyTable: Table = {
  plays: new Map(),
  nextId: 1,
  doubts: [],
  stopped: new Map(),
  connected: null,
  compared: false,
  learned: false,
  refused: null,
  askAt: 0,
  failures: 0,
};

/** Whether both are surely the same item. */
export function isSameItem(one: Item, other: Item): boolean {
  if (one.ratingKey !== null && other.ratingKey !== null) return one.ratingKey === other.ratingKey;
  return one.path !== null && one.path === other.path;
}

/** Whether two values do not contradict each other. */
export function agrees(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}

/** A step that changes nothing. */
export function stay(table: Table): Step {
  return { table, reports: [] };
}

/** Both steps, one after the other. */
export function then(step: Step, next: (table: Table) => Step): Step {
  const { table, reports } = next(step.table);
  return { table, reports: reports.length === 0 ? step.reports : [...step.reports, ...reports] };
}

/** The table with this play in it. */
export function withPlay(table: Table, play: Play): Table {
  return { ...table, plays: new Map(table.plays).set(play.id, play) };
}

/** The table without this play. */
export function withoutPlay(table: Table, id: number): Table {
  const plays = new Map(table.plays);
  plays.delete(id);
  return { ...table, plays };
}

/** The table that remembers when a session stopped; the oldest is forgotten where there are too many. */
export function withStopped(table: Table, key: string, at: number): Table {
  const stopped = new Map(table.stopped);
  stopped.delete(key);
  stopped.set(key, at);
  const [oldest] = stopped.keys();
  if (stopped.size > mostPlays && oldest !== undefined) stopped.delete(oldest);
  return { ...table, stopped };
}
