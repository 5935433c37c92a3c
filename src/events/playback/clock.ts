import { afterMetadata, afterSessions, longestReportInterval, answerTimeout } from "./plays";
import { silence, stay, then, type Play, type Step, type Table } from "./table";

/** ms after which a server that refused to list its sessions is asked again. */
const refusedPause = 300_000;

/** What a table needs from outside, and when it has to be told the time. */
export interface Wants {
  /** When `/status/sessions` shall be asked, once no question for it is out; null for not at all. */
  readonly sessionsAt: number | null;
  /** The ratingKeys for which `/library/metadata` shall be asked. */
  readonly metadata: readonly string[];
  /** When the time has something to do; null for never. */
  readonly tickAt: number | null;
}

/** Takes that the stream is there. The sessions are compared with what was known before. */
export function onConnected(table: Table, now: number): Step {
  return stay({ ...table, connected: now, compared: false, refused: null, failures: 0, askAt: now });
}

/**
 * Takes that the stream is gone: from here on nothing is sure but what was known. What nobody had been told of waits for
 * the list that is read when the stream is back: it may continue a stop that is held back.
 */
export function onLost(table: Table, now: number): Step {
  const lasting = [...table.plays.values()].filter(({ awaits, ending }) => awaits !== "metadata" && ending === null);
  const plays = lasting.map((play) => (play.confirmed ? { ...play, confirmed: false, heard: now } : play));
  return stay({
    ...table,
    plays: new Map(plays.map((play) => [play.id, play])),
    doubts: [],
    stopped: new Map(),
    connected: null,
    learned: table.learned || isLearnedByNow(table, now),
  });
}

/** Where the sessions may not be read, every player has reported by then. */
function isLearnedByNow({ connected, refused }: Table, now: number): boolean {
  return connected !== null && refused !== null && now - connected >= longestReportInterval;
}

function giveUp(table: Table, play: Play): Step {
  return play.awaits === "sessions" ? afterSessions(table, play) : afterMetadata(table, play, null);
}

/** How long a play may await something: each of the two questions has its time. After a gap, the list has to come. */
function deadlineOf({ connected }: Table, { began, awaits, confirmed }: Play): number {
  if (connected === null || !confirmed) return Infinity;
  return Math.max(began, connected) + (awaits === "sessions" ? answerTimeout : 2 * answerTimeout);
}

/** Takes the time: what was awaited for too long is told with what is known. */
export function onTick(table: Table, now: number): Step {
  const learned = table.learned || isLearnedByNow(table, now);
  let step = stay(learned === table.learned ? table : { ...table, learned });
  for (const play of table.plays.values()) {
    if (play.awaits !== "nothing" && deadlineOf(table, play) <= now) step = then(step, (rest) => giveUp(rest, play));
  }
  return step;
}

/** When a play needs the list of sessions; Infinity for never. */
function playAsksAt({ awaits, askAt, listed, confirmed, heard }: Play): number {
  if (awaits === "sessions") return askAt;
  if (awaits === "metadata") return Infinity;
  return Math.min(listed ? Infinity : askAt, confirmed ? heard + silence : Infinity);
}

function sessionsAt({ connected, compared, refused, askAt, doubts, plays }: Table): number {
  if (connected === null) return Infinity;
  let earliest = compared ? Infinity : connected;
  for (const play of plays.values()) earliest = Math.min(earliest, playAsksAt(play));
  for (const doubt of doubts) earliest = Math.min(earliest, doubt.askAt);
  return Math.max(earliest, askAt, refused === null ? 0 : refused + refusedPause);
}

const orNull = (moment: number) => (moment === Infinity ? null : moment);

/** What the table needs now. */
export function wants(table: Table): Wants {
  const { plays, connected, learned, refused } = table;
  const waiting = [...plays.values()].filter(({ awaits }) => awaits !== "nothing");
  const learnedAt = connected !== null && refused !== null && !learned ? connected + longestReportInterval : Infinity;
  const metadata = waiting.flatMap(({ awaits, ratingKey }) =>
    awaits === "metadata" && ratingKey !== null ? [ratingKey] : [],
  );
  return {
    sessionsAt: orNull(sessionsAt(table)),
    metadata: [...new Set(metadata)],
    tickAt: orNull(Math.min(learnedAt, ...waiting.map((play) => deadlineOf(table, play)))),
  };
}

/** The plays that nobody has been told of yet: a stop is held back while its continuation may be among them. */
export function awaited(table: Table): readonly Play[] {
  return [...table.plays.values()].filter(({ awaits }) => awaits !== "nothing");
}
