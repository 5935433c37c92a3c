import { type Item, type PlayingEntry, unknownMedia, unknownPlayer, unknownUser } from "../notifications";
import { isDoubted, settleByIdentifier } from "./doubts";
import { begin, end } from "./plays";
import {
  agrees,
  isSameItem,
  mostPlays,
  stay,
  then,
  withPlay,
  withStopped,
  type Doubt,
  type Play,
  type Report,
  type Step,
  type Table,
} from "./table";

/** ms within which a stop of the item before may come after the start of the next. */
const lateStop = 10_000;

/** A notification that names its session. */
type Notified = PlayingEntry & { readonly session: string };

function hasItem({ ratingKey, path }: Item): boolean {
  return ratingKey !== null || path !== null;
}

/** After a gap the same key may mean another session: then player and item have to be the same. */
function isStillGoingOn(play: Play, entry: Notified): boolean {
  if (play.confirmed || !isSameItem(play, entry)) return false;
  return entry.player === null ? play.key === entry.session : play.player.id === entry.player;
}

function find(table: Table, entry: Notified): Play | undefined {
  const plays = [...table.plays.values()].filter(({ ending }) => !ending);
  return (
    plays.find(({ confirmed, key }) => confirmed && key === entry.session) ??
    plays.find((play) => isStillGoingOn(play, entry))
  );
}

/** Where an item was when the next one began: it played on since its last report. */
function positionNow({ state, position, moved, media }: Play, now: number): number | null {
  if (position === null || state === "paused") return position;
  return Math.min(position + now - moved, Math.max(position, media.duration ?? position));
}

/** Takes over what a notification says of a play that is known. */
function moved(play: Play, entry: Notified, now: number): Play {
  const state = entry.state === "playing" || entry.state === "paused" ? entry.state : play.state;
  return {
    ...play,
    key: entry.session,
    confirmed: true,
    player: play.player.id === null ? { ...play.player, id: entry.player } : play.player,
    state,
    played: play.played || state === "playing",
    since: state === play.state ? play.since : now,
    heard: now,
    position: entry.position ?? play.position,
    moved: entry.position === null ? play.moved : now,
  };
}

function goOn(table: Table, play: Play, entry: Notified, now: number): Step {
  const next = moved(play, entry, now);
  const changed = next.state !== play.state;
  if (next.awaits !== "nothing") return stay(withPlay(table, next));
  const change: Report["change"] = changed ? "state" : "progress";
  const tells = changed || entry.state === "playing";
  const reports = tells ? [{ play: next, change, at: now, inferred: false }] : [];
  return { table: withPlay(table, next), reports };
}

function startNew(table: Table, entry: Notified, before: Play | undefined, now: number): Step {
  const stopped = new Map(table.stopped);
  stopped.delete(entry.session);
  const { ratingKey, path, position } = entry;
  const live = path?.startsWith("/livetv/sessions/") ?? false;
  const facts = {
    key: entry.session,
    ...{ ratingKey, path, position },
    state: entry.state === "paused" ? ("paused" as const) : ("playing" as const),
    player: before ? before.player : { ...unknownPlayer, id: entry.player },
    user: before ? before.user : unknownUser,
    media: { ...unknownMedia, ratingKey, live },
    listed: false,
    before: before ? { ratingKey: before.ratingKey, path: before.path } : null,
  };
  return begin({ ...table, stopped }, facts, now);
}

function go(table: Table, entry: Notified, now: number): Step {
  const play = find(table, entry);
  if (!play) return startNew(table, entry, undefined, now);
  if (!agrees(play.player.id, entry.player)) {
    // The key has been given to another session, so this one is over.
    const over = end(table, play, { at: play.heard, inferred: true });
    return then(over, (rest) => startNew(rest, entry, undefined, now));
  }
  if (!hasItem(entry) || isSameItem(play, entry)) return goOn(table, play, entry, now);
  // Nothing stopped for those who see items go by: the same session plays the next one.
  const over = end(table, { ...play, position: positionNow(play, now) }, { at: now, inferred: false });
  return then(over, (rest) => startNew(rest, entry, play, now));
}

/** A stop under a key that is not known may mean a session that is (Plex Web after a seek to the end). */
function doubt(table: Table, entry: Notified, now: number): Step {
  const { ratingKey, path, player, position } = entry;
  const next: Doubt = { ratingKey, path, player, position, at: now, askAt: now, tries: 0 };
  const rest = withStopped(table, entry.session, now);
  if (![...table.plays.values()].some((play) => isDoubted(play, next))) return stay(rest);
  const doubting = { ...rest, doubts: [...table.doubts, next].slice(-mostPlays) };
  return table.refused === null ? stay(doubting) : settleByIdentifier(doubting);
}

function stop(table: Table, entry: Notified, now: number): Step {
  const play = find(table, entry);
  if (!play || !agrees(play.player.id, entry.player)) return doubt(table, entry, now);
  if (play.before && now - play.began < lateStop && isSameItem(play.before, entry) && !isSameItem(play, entry)) {
    return stay(table);
  }
  const last = entry.position === null ? play : { ...play, position: entry.position, moved: now };
  return end(table, { ...last, heard: now }, { at: now, inferred: false });
}

/** Takes a notification of the type `playing`. One without a session key tells nothing: some players send such stops. */
export function onPlaying(table: Table, entry: PlayingEntry, now: number): Step {
  const { session, state } = entry;
  if (session === null) return stay(table);
  const notified = { ...entry, session };
  if (state === "stopped") return stop(table, notified, now);
  if (state !== "other") return go(table, notified, now);
  const play = find(table, notified);
  // Buffering, and whatever else there may be, says that the session lives and starts nothing.
  const lives = play && agrees(play.player.id, entry.player) && isSameItem(play, entry);
  return lives ? goOn(table, play, notified, now) : stay(table);
}
