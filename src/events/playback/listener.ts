import type { PlaybackEventName, PlexEvent } from "../notifications";
import { wasCompleted } from "./completed";
import { passes, type PlaybackFilter } from "./filter";
import { mostPlays, type Play, type Report, type Step } from "./table";

/** What one listener to playback wants. */
export interface PlaybackOptions extends PlaybackFilter {
  /** ms for which a stop is held back. */
  readonly settle: number;
  /** Whether reports of the position are told. */
  readonly progress: boolean;
  /** When it began to listen: what has begun earlier is learned in silence. */
  readonly since: number;
}

/** What a listener was told of a play: always the last of started, paused, resumed. */
interface Told {
  readonly state: Play["state"];
  /** The session under which it was told. */
  readonly session: string;
}

/** A stop that is held back. */
interface Held extends Told {
  readonly play: Play;
  readonly at: number;
  readonly inferred: boolean;
  readonly completed: boolean | null;
  /** When it is told, unless something continues it. */
  readonly until: number;
}

/** What a listener has been told. Never changed in place. */
export interface Hearing {
  /** By the play's id; an entry goes when the play ends. */
  readonly told: ReadonlyMap<number, Told>;
  readonly held: readonly Held[];
}

/** What a listener hears, and what it has been told by then. */
export interface Heard {
  readonly hearing: Hearing;
  readonly events: readonly PlexEvent[];
}

/** The start of a listener. */
export const newHearing: Hearing = { told: new Map(), held: [] };

type Details = Pick<PlexEvent, "at" | "session" | "inferred"> & Partial<Pick<PlexEvent, "completed">>;

function tell(event: PlaybackEventName, { position, player, user, media }: Play, details: Details): PlexEvent {
  return {
    event,
    at: details.at,
    session: details.session,
    inferred: details.inferred,
    position,
    completed: details.completed ?? null,
    // Each listener gets objects of its own, for flows change them.
    player: { ...player },
    user: { ...user },
    media: { ...media },
  };
}

function tellStop({ play, at, session, inferred, completed }: Held): PlexEvent {
  return tell("stopped", play, { at, session, inferred, completed });
}

function withTold(hearing: Hearing, { id }: Play, told: Told): Hearing {
  return { ...hearing, told: new Map(hearing.told).set(id, told) };
}

function isContinued({ play: old, at, until }: Held, play: Play): boolean {
  const samePlayer = old.player.id === null ? old.key === play.key : old.player.id === play.player.id;
  return samePlayer && play.began >= at && play.began <= until;
}

function isSameMedia(one: Play, other: Play): boolean {
  return one.ratingKey !== null ? one.ratingKey === other.ratingKey : one.path === other.path;
}

/** A play that has been told of as `playing` just now may be paused already. */
function thenPaused(heard: Heard, play: Play, session: string, { at, inferred }: Report): Heard {
  if (play.state === "playing") return heard;
  const paused = tell("paused", play, { at, session, inferred });
  return {
    hearing: withTold(heard.hearing, play, { state: "paused", session }),
    events: [...heard.events, paused],
  };
}

/** What begins on a player whose stop is held back continues it; anything else has started. */
function hearBegin(hearing: Hearing, report: Report): Heard {
  const { play } = report;
  const candidates = hearing.held.filter((held) => isContinued(held, play));
  const old = candidates.find((held) => isSameMedia(held.play, play)) ?? candidates.at(-1);
  const held = hearing.held.filter((each) => each !== old);
  const goesOn = old !== undefined && isSameMedia(old.play, play);
  const session = goesOn ? old.session : play.session;
  const next = withTold({ ...hearing, held }, play, { state: "playing", session });
  const details = { at: play.began, session, inferred: play.inferred };
  let events: readonly PlexEvent[];
  if (!old) events = [tell("started", play, details)];
  else if (!goesOn) events = [tell("changed", play, { ...details, completed: old.completed })];
  else events = old.state === "paused" ? [tell("resumed", play, details)] : [];
  return thenPaused({ hearing: next, events }, play, session, report);
}

function hearState(hearing: Hearing, report: Report, options: PlaybackOptions): Heard {
  const { play, at, inferred } = report;
  const told = hearing.told.get(play.id);
  const { state } = play;
  if (told) {
    if (told.state === state) return { hearing, events: [] };
    const { session } = told;
    const event = tell(state === "paused" ? "paused" : "resumed", play, { at, session, inferred });
    return { hearing: withTold(hearing, play, { state, session }), events: [event] };
  }
  if (!passes(play, options)) return { hearing, events: [] };
  if (play.silent || play.began < options.since) {
    return { hearing: withTold(hearing, play, { state, session: play.session }), events: [] };
  }
  return play.played ? hearBegin(hearing, report) : { hearing, events: [] };
}

function hearEnd(hearing: Hearing, { play, at, inferred }: Report, settle: number, now: number): Heard {
  const was = hearing.told.get(play.id);
  if (!was) return { hearing, events: [] };
  const told = new Map(hearing.told);
  told.delete(play.id);
  const completed = wasCompleted(play, inferred, now);
  const held: Held = { ...was, play, at, inferred, completed, until: at + settle };
  if (held.until <= now) return { hearing: { ...hearing, told }, events: [tellStop(held)] };
  const all = [...hearing.held, held];
  const tooMany = all.slice(0, Math.max(0, all.length - mostPlays));
  return { hearing: { told, held: all.slice(tooMany.length) }, events: tooMany.map(tellStop) };
}

/** Takes what changed about a play. */
function hear(hearing: Hearing, report: Report, options: PlaybackOptions, now: number): Heard {
  const { play, change, at, inferred } = report;
  if (change === "state") return hearState(hearing, report, options);
  if (change === "ended") return hearEnd(hearing, report, options.settle, now);
  const told = options.progress ? hearing.told.get(play.id) : undefined;
  const events = told ? [tell("progress", play, { at, session: told.session, inferred })] : [];
  return { hearing, events };
}

/** Whether what is not known yet may continue a held stop. */
function mayContinue({ play: old, at, until }: Held, { player, began }: Play): boolean {
  const samePlayer = old.player.id === null || player.id === null || old.player.id === player.id;
  return samePlayer && began >= at && began <= until;
}

/** When a held stop is told; Infinity while that is open. */
function dueAt(held: Held, awaited: readonly Play[]): number {
  return awaited.some((play) => mayContinue(held, play)) ? Infinity : held.until;
}

/** Tells the stops that nothing has continued by now. */
function release(hearing: Hearing, awaited: readonly Play[], now: number): Heard {
  if (hearing.held.length === 0) return { hearing, events: [] };
  const due = hearing.held.filter((held) => dueAt(held, awaited) <= now);
  if (due.length === 0) return { hearing, events: [] };
  const held = hearing.held.filter((each) => !due.includes(each));
  return { hearing: { ...hearing, held }, events: due.map(tellStop) };
}

/** Some things that a listener hears one after the other. */
function hearEach(start: Heard, takes: readonly ((hearing: Hearing) => Heard)[]): Heard {
  return takes.reduce((heard, take) => {
    const { hearing, events } = take(heard.hearing);
    return { hearing, events: events.length === 0 ? heard.events : [...heard.events, ...events] };
  }, start);
}

/** A step of the table, and the plays that nobody had been told of before and after it. */
export interface ListenerInput extends Pick<Step, "reports"> {
  readonly awaitedBefore: readonly Play[];
  readonly awaitedAfter: readonly Play[];
  readonly now: number;
}

/** Takes a step of the table. What was due before it is told first, for a timer may be late. */
export function listen(hearing: Hearing, options: PlaybackOptions, input: ListenerInput): Heard {
  const { reports, awaitedBefore, awaitedAfter, now } = input;
  const before = release(hearing, awaitedBefore, now);
  if (reports.length === 0 && before.hearing.held.length === 0) return before;
  return hearEach(before, [
    ...reports.map((report) => (each: Hearing) => hear(each, report, options, now)),
    (each) => release(each, awaitedAfter, now),
  ]);
}

/** When the next held stop is to be told; Infinity for none, and while that is open. */
export function releaseAt({ held }: Hearing, awaited: readonly Play[]): number {
  return Math.min(Infinity, ...held.map((each) => dueAt(each, awaited)));
}
