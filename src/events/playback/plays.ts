import type { EventMedia } from "../notifications";
import { mostPlays, withoutPlay, withPlay, withStopped, type Ending, type Play, type Step, type Table } from "./table";

/** ms after which a play is told with what is known of it; a server that starts up may not list sessions for a while. */
export const answerTimeout = 10_000;

/** ms until `/status/sessions` is asked again for a play that is not in it (yet); doubled each time, up to the last. */
export const firstPause = 500;
const lastPause = 300_000;

/** ms within which a player has surely reported: who is first heard of later has just begun. */
export const longestReportInterval = 25_000;

/** What a play begins with; the rest follows from it. */
export type Beginning = Pick<
  Play,
  "key" | "ratingKey" | "path" | "state" | "position" | "player" | "user" | "media" | "listed" | "before"
> &
  Partial<Pick<Play, "silent" | "inferred">>;

/** The answer to a question that could not be had now is asked for later, and later still the next time. */
export function askLater(play: Play, now: number): Play {
  return { ...play, askAt: now + play.pause, pause: Math.min(play.pause * 2, lastPause) };
}

/**
 * Tells of a play that has become known, and of its end where it has ended meanwhile.
 * @param found whether its state was found by comparing
 */
function announce(table: Table, play: Play, found = false): Step {
  const { ending } = play;
  const first = { play, change: "state" as const, at: play.since, inferred: play.inferred || found };
  if (!ending) return { table: withPlay(table, play), reports: [first] };
  const last = { play, change: "ended" as const, ...ending };
  return { table: withoutPlay(table, play.id), reports: [first, last] };
}

/** The media's metadata can be asked for where its type is not known and its ratingKey can stand in a path. */
function lacksType({ media, ratingKey }: Play): boolean {
  return media.type === null && ratingKey !== null && /^[\w-]{1,64}$/.test(ratingKey);
}

/**
 * Goes on to what a play awaits after `/status/sessions`.
 * @param found whether its state was found by comparing
 */
export function afterSessions(table: Table, play: Play, found = false): Step {
  if (play.awaits !== "nothing" && lacksType(play)) {
    return { table: withPlay(table, { ...play, awaits: "metadata" }), reports: [] };
  }
  return announce(table, { ...play, awaits: "nothing" }, found);
}

/** Takes over what `/library/metadata` told; null where it told nothing. */
export function afterMetadata(table: Table, play: Play, media: EventMedia | null): Step {
  const { live, ratingKey } = play.media;
  const told = media ? { ...media, live: media.live || live, ratingKey: ratingKey ?? media.ratingKey } : play.media;
  return announce(table, { ...play, media: told, awaits: "nothing" });
}

/** Ends a play. One that nobody has been told of is kept until it is known. */
export function end(table: Table, play: Play, ending: Ending): Step {
  const rest = play.confirmed ? withStopped(table, play.key, ending.at) : table;
  if (play.awaits !== "nothing") return { table: withPlay(rest, { ...play, ending }), reports: [] };
  return { table: withoutPlay(rest, play.id), reports: [{ play, change: "ended", ...ending }] };
}

/** Room for one more: the play of which nothing was heard for longest ends. */
function makeRoom(table: Table, now: number): Step {
  if (table.plays.size < mostPlays) return { table, reports: [] };
  const oldest = [...table.plays.values()].reduce((one, other) => (other.heard < one.heard ? other : one));
  const rest = withoutPlay(table, oldest.id);
  if (oldest.awaits !== "nothing") return { table: rest, reports: [] };
  return { table: rest, reports: [{ play: oldest, change: "ended", at: now, inferred: true }] };
}

/** Whether something first heard of now may have begun before the stream was there; what is paused has begun earlier. */
function mayBeOlder({ connected, compared }: Table, { listed, state, position }: Beginning, now: number): boolean {
  if (connected === null || compared) return false;
  const up = now - connected;
  const isFurther = position === null || position > up + 1_000;
  return listed || (up < longestReportInterval && (state === "paused" || isFurther));
}

/** Puts a play into the table. One of which the sessions are not known (yet) is told of later. */
export function begin(table: Table, facts: Beginning, now: number): Step {
  const older = mayBeOlder(table, facts, now);
  const { nextId: id } = table;
  const play: Play = {
    id,
    session: facts.key,
    played: facts.state === "playing",
    began: now,
    since: now,
    heard: now,
    moved: now,
    awaits: "sessions",
    askAt: now,
    pause: firstPause,
    confirmed: true,
    silent: older && !table.learned,
    inferred: older && table.learned,
    ending: null,
    ...facts,
  };
  const room = makeRoom({ ...table, nextId: id + 1 }, now);
  const next =
    facts.listed || table.refused !== null
      ? afterSessions(room.table, play)
      : { table: withPlay(room.table, play), reports: [] };
  return { table: next.table, reports: [...room.reports, ...next.reports] };
}
