import type { Play } from "./table";

/** The share of an item after which it counts as played to its end, as Plex has it, and the ms left at most else. */
const share = 0.9;
const rest = 10_000;

function isComplete(position: number, duration: number): boolean {
  return position >= duration * share || duration - position <= rest;
}

/**
 * Whether an item was played to its end. Null where that cannot be known: without position or length, of live
 * television, and of an end that was inferred where it may have played on to its end meanwhile.
 * @param now when the end was found
 */
export function wasCompleted(play: Play, inferred: boolean, now: number): boolean | null {
  const { position, moved, media } = play;
  if (position === null || media.duration === null || media.duration <= 0 || media.live) return null;
  if (isComplete(position, media.duration)) return true;
  return inferred && isComplete(position + now - moved, media.duration) ? null : false;
}
