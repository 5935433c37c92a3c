import type { EventMedia, ListedSession } from "../notifications";
import { settleByIdentifier, settleByList, type Moments } from "./doubts";
import { afterMetadata, afterSessions, askLater, begin, end } from "./plays";
import {
  agrees,
  isSameItem,
  silence,
  stay,
  then,
  withoutPlay,
  withPlay,
  type Play,
  type Step,
  type Table,
} from "./table";

/** ms after a stop for which a list may still have the session. */
const lag = 2_000;

/** ms between two questions for the sessions at least; and after one that failed, doubled up to the last. */
const shortestInterval = 100;
const firstRetry = 1_000;
const lastRetry = 30_000;

/** Whether a session had stopped, so that the list has it still. */
function isOver(stoppedAt: number | undefined, askedAt: number): boolean {
  return stoppedAt !== undefined && askedAt <= stoppedAt + lag;
}

type Matches = ReadonlyMap<number, ListedSession>;

/** Whether a listed session has the key of a play and is the same one. After a gap a key alone says nothing. */
function hasKeyOf(play: Play, listed: ListedSession): boolean {
  if (listed.session !== play.key || !agrees(play.player.id, listed.player.id)) return false;
  return play.confirmed && !play.ending ? true : isSameItem(play, listed) && agrees(play.user.id, listed.user.id);
}

/** Whether it is what went on before the gap, under another key: same player, user and item. */
function goesOnAs(play: Play, { player, user, ...item }: ListedSession): boolean {
  const samePlayer = play.player.id !== null && play.player.id === player.id;
  return !play.confirmed && samePlayer && agrees(play.user.id, user.id) && isSameItem(play, item);
}

const isTold = ({ awaits }: Play) => awaits === "nothing";

/** The ways to find a play, the surest first. What nobody was told of comes last: it may be what went on before the gap. */
const ways: readonly ((play: Play, listed: ListedSession) => boolean)[] = [
  (play, listed) => isTold(play) && hasKeyOf(play, listed),
  goesOnAs,
  hasKeyOf,
];

/** Whether another play has turned out to be this session: a notification after a gap had come before the list. */
function isAnother({ plays }: Table, play: Play): boolean {
  return [...plays.values()].some(
    (other) => other !== play && other.confirmed && isTold(other) && other.key === play.key && isSameItem(other, play),
  );
}

/** Which listed session each play is. */
function match(table: Table, sessions: readonly ListedSession[]): Matches {
  const matches = new Map<number, ListedSession>();
  const free = new Set(sessions);
  for (const fits of ways) {
    for (const play of table.plays.values()) {
      const listed = matches.has(play.id) ? undefined : [...free].find((each) => fits(play, each));
      if (!listed) continue;
      matches.set(play.id, listed);
      free.delete(listed);
    }
  }
  return matches;
}

/** Whether nothing was heard of a play for so long that the list is asked instead. */
function isSilent({ confirmed, heard }: Play, now: number): boolean {
  return !confirmed || now - heard >= silence;
}

/** What the list says of a play. Its state counts only where notifications have said nothing lately. */
function updated(play: Play, listed: ListedSession, now: number): Play {
  const same = isSameItem(play, listed) || (listed.ratingKey === null && listed.path === null);
  const known = {
    ...play,
    player: { ...listed.player, id: listed.player.id ?? play.player.id },
    user: listed.user,
    listed: true,
    ...(same && { media: { ...listed.media, ratingKey: play.ratingKey ?? listed.ratingKey } }),
  };
  if (!isSilent(play, now) || play.ending) return known;
  const { state } = listed;
  return {
    ...known,
    ...{ key: listed.session, state, confirmed: true, heard: now },
    played: play.played || state === "playing",
    since: state === play.state ? play.since : now,
    ...(listed.position !== null && { position: listed.position, moved: now }),
  };
}

function whereListed(table: Table, play: Play, listed: ListedSession, { now }: Moments): Step {
  const next = updated(play, listed, now);
  if (play.awaits === "sessions") {
    // The server may still list the item before, or list the next one already.
    const same = isSameItem(play, listed) || (listed.ratingKey === null && listed.path === null);
    return same ? afterSessions(table, next, next.state !== play.state) : stay(withPlay(table, askLater(next, now)));
  }
  const changed = next.state !== play.state;
  const tells = play.awaits === "nothing" && (changed || !play.listed);
  const report = { play: next, change: "state" as const, at: changed ? now : next.since, inferred: changed };
  return { table: withPlay(table, next), reports: tells ? [report] : [] };
}

function whereMissing(table: Table, play: Play, { askedAt, now }: Moments): Step {
  // Nobody has been told of it, and it has not outlived the gap, or is what went on before it.
  if (!isTold(play) && (!play.confirmed || isAnother(table, play))) return stay(withoutPlay(table, play.id));
  if (play.awaits === "metadata") return stay(table);
  if (play.awaits === "sessions") {
    // It was not there then, so it has begun since, wherever in its item.
    if (askedAt < play.began) return stay(withPlay(table, { ...play, askAt: now, silent: false, inferred: false }));
    // Some players open a session for each item that is looked at, and none of those is ever listed.
    return play.ending ? stay(withoutPlay(table, play.id)) : stay(withPlay(table, askLater(play, now)));
  }
  if (isSilent(play, now) && play.heard <= askedAt) {
    return end(table, play, { at: play.heard, inferred: true });
  }
  return play.listed ? stay(table) : stay(withPlay(table, askLater(play, now)));
}

/** What plays although no notification told of it: since before anybody listened, or since the gap. */
function learn(table: Table, unknown: readonly ListedSession[], now: number): Step {
  if (table.compared) return stay(table);
  return unknown.reduce((step, listed) => {
    const { session: key, ...facts } = listed;
    return then(step, (rest) => begin(rest, { ...facts, key, listed: true, before: null }, now));
  }, stay(table));
}

/**
 * Takes what `/status/sessions` lists.
 * @param askedAt when the question went out: what happened since is not in the list
 */
export function onSessions(table: Table, sessions: readonly ListedSession[], askedAt: number, now: number): Step {
  const { connected, stopped } = table;
  if (connected === null || askedAt < connected) return stay({ ...table, askAt: now });
  const listing: Moments = { askedAt, now };
  const matches = match(table, sessions);
  const taken = new Set(matches.values());
  const asked = { ...table, refused: null, failures: 0, askAt: now + shortestInterval };
  let step = settleByList(asked, matches, listing);
  for (const { id } of table.plays.values()) {
    step = then(step, (rest) => {
      const [play, listed] = [rest.plays.get(id), matches.get(id)];
      if (!play) return stay(rest);
      return listed ? whereListed(rest, play, listed, listing) : whereMissing(rest, play, listing);
    });
  }
  const unknown = sessions.filter((listed) => !taken.has(listed) && !isOver(stopped.get(listed.session), askedAt));
  step = then(step, (rest) => learn(rest, unknown, now));
  return { ...step, table: { ...step.table, compared: true, learned: true } };
}

/** Takes that the sessions could not be had: refused, as to all but the owner, or for now. */
export function onNoSessions(table: Table, refused: boolean, now: number): Step {
  if (!refused) {
    const pause = Math.min(firstRetry * 2 ** Math.min(table.failures, 10), lastRetry);
    return stay({ ...table, failures: table.failures + 1, askAt: now + pause });
  }
  let step = settleByIdentifier({ ...table, refused: now });
  for (const play of [...step.table.plays.values()]) {
    if (play.awaits === "sessions") step = then(step, (rest) => afterSessions(rest, play));
  }
  return step;
}

/** Takes what `/library/metadata` tells of an item; null where it tells nothing. */
export function onMetadata(table: Table, ratingKey: string, media: EventMedia | null): Step {
  const waiting = [...table.plays.values()].filter(
    (play) => play.awaits === "metadata" && play.ratingKey === ratingKey,
  );
  return waiting.reduce((step, play) => then(step, (rest) => afterMetadata(rest, play, media)), stay(table));
}
