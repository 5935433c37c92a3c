import {
  type EventMedia,
  type LibraryEventName,
  type PlexEvent,
  type ScannedEntry,
  type TimelineEntry,
  unknownMedia,
} from "../notifications";
import {
  firstPause,
  type Library,
  type LibraryStep,
  type NewItem,
  stay,
  withBusy,
  withItem,
  withItems,
  withoutItem,
  withTold,
} from "./state";
import { onLateTitles, tellOf, titlesTickAt } from "./titles";

/** ms without news of a section after which an item counts as done that no agent looks after: it never says so. */
const quiet = 10_000;

/** ms from its creation after which an item is not waited for any more, and given up. */
const itemTimeout = 600_000;

/** The longest pause in ms until an item without metadata is asked for again. */
const lastPause = 60_000;

/** What the library needs from outside, and when it has to be told the time. */
export interface LibraryWants {
  /** The ratingKeys for which `/library/metadata` shall be asked. */
  readonly metadata: readonly string[];
  /** Whether `/library/sections` shall be asked. */
  readonly titles: boolean;
  /** When the time has something to do, once no question is out; null for never. */
  readonly tickAt: number | null;
}

/** Plex's numbers of what a flow is told of. Where there is no number, the metadata decides. */
const typeByNumber = new Map<number, string>([
  [1, "movie"],
  [4, "episode"],
  [10, "track"],
  [12, "clip"],
  [13, "photo"],
]);
const toldTypes = new Set<string | null>(typeByNumber.values());

function eventOf(event: LibraryEventName, at: number, media: EventMedia): PlexEvent {
  const nobody = { session: null, position: null, completed: null, player: null, user: null };
  return { event, at, inferred: false, ...nobody, media };
}

function created(library: Library, { item, section, type }: TimelineEntry, now: number): LibraryStep {
  const isTold = type === null || typeByNumber.has(type);
  if (!isTold || library.items.has(item) || library.told.has(`added ${item}`)) return stay(library);
  const next = { section, at: now, done: false, askAt: now, pause: firstPause };
  return stay(withItem(withBusy(library, section, now), item, next));
}

function removed(library: Library, { item, section, type, title }: TimelineEntry, now: number): LibraryStep {
  const rest = withoutItem(library, item);
  if ((type !== null && !typeByNumber.has(type)) || library.told.has(`removed ${item}`)) return stay(rest);
  const media = { ...unknownMedia, type: typeByNumber.get(type ?? 0) ?? null, title, ratingKey: item };
  return tellOf(withTold(rest, `removed ${item}`), { since: now, section, event: eventOf("removed", now, media) });
}

/** Takes a notification about an item of the library. */
export function onTimeline(library: Library, entry: TimelineEntry, now: number): LibraryStep {
  if (entry.state === "created") return created(library, entry, now);
  if (entry.state === "deleted") return removed(library, entry, now);
  const heard = library.busy.has(entry.section) ? withBusy(library, entry.section, now) : library;
  const item = heard.items.get(entry.item);
  if (entry.state !== "done" || !item || item.done) return stay(heard);
  return stay(withItem(heard, entry.item, { ...item, done: true, askAt: now }));
}

/** Takes the end of a scan; the same one is told once. */
export function onScanned(library: Library, { uuid, section }: ScannedEntry, now: number): LibraryStep {
  const name = `scanned ${uuid ?? ""}`;
  if (uuid !== null && library.told.has(name)) return stay(library);
  const next = uuid === null ? library : withTold(library, name);
  const event = eventOf("scanned", now, unknownMedia);
  return section === null ? { library: next, events: [event] } : tellOf(next, { since: now, section, event });
}

/** Takes what `/library/metadata` tells of an item that is waited for; null where it tells nothing (yet). */
export function onItem(library: Library, id: string, media: EventMedia | null, now: number): LibraryStep {
  const item = library.items.get(id);
  if (!item) return stay(library);
  if (media?.type == null) {
    const later = { ...item, askAt: now + item.pause, pause: Math.min(item.pause * 2, lastPause) };
    return stay(withItem(library, id, later));
  }
  const rest = withTold(withoutItem(library, id), `added ${id}`);
  if (!toldTypes.has(media.type)) return stay(rest);
  const event = eventOf("added", item.at, { ...media, ratingKey: media.ratingKey ?? id });
  return media.library === null
    ? tellOf(rest, { since: now, section: item.section, event })
    : { library: rest, events: [event] };
}

function askItemAt({ busy }: Library, { done, askAt, section, at }: NewItem): number {
  if (done) return askAt;
  return Math.max(askAt, Math.min((busy.get(section) ?? at) + quiet, at + itemTimeout / 2));
}

/** Takes the time: gives up what was waited for in vain, and tells what waits for a title without one. */
export function onLibraryTick(library: Library, now: number): LibraryStep {
  const items = [...library.items].filter(([, { at }]) => at + itemTimeout > now);
  const rest = items.length === library.items.size ? library : withItems(library, new Map(items));
  return onLateTitles(rest, now);
}

/** What the library needs now. */
export function libraryWants(library: Library, now: number): LibraryWants {
  const { items, titleless, titlesAt } = library;
  const metadata: string[] = [];
  let tickAt = titlesTickAt(library, now);
  for (const [id, item] of items) {
    const askAt = askItemAt(library, item);
    if (askAt <= now) metadata.push(id);
    tickAt = Math.min(tickAt, askAt > now ? askAt : Infinity, item.at + itemTimeout);
  }
  return {
    metadata,
    titles: titleless.length > 0 && titlesAt <= now,
    tickAt: tickAt === Infinity ? null : tickAt,
  };
}
