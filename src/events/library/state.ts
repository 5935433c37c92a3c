import type { PlexEvent } from "../notifications";

/** The most items that are waited for, and events and names that are remembered, at a time. */
export const mostItems = 1_000;

/** The most sections of which is remembered when something was heard of them. */
const mostSections = 100;

/** ms until what could not be had is asked for again; of an item doubled each time. */
export const firstPause = 2_000;

/** An item that has been created, until its metadata is there. */
export interface NewItem {
  readonly section: string;
  readonly at: number;
  /** Whether the server said that it is done with it. */
  readonly done: boolean;
  readonly askAt: number;
  readonly pause: number;
}

/** An event that waits for the title of its section. */
export interface Titleless {
  readonly since: number;
  readonly section: string;
  readonly event: PlexEvent;
}

/** What is known of the library of one server. Never changed in place. All times are ms of a monotonic clock. */
export interface Library {
  /** The new ones by their ratingKey, oldest first. */
  readonly items: ReadonlyMap<string, NewItem>;
  /** When something was last heard of a section that has new items, or had them. */
  readonly busy: ReadonlyMap<string, number>;
  /** What has been told lately, so that it is told once. */
  readonly told: ReadonlySet<string>;
  /** Titles of the sections by their key; null until they are known. */
  readonly titles: ReadonlyMap<string, string> | null;
  readonly titleless: readonly Titleless[];
  /** The next question for the titles may not be earlier. */
  readonly titlesAt: number;
}

/** The library after an input, and what listeners hear. */
export interface LibraryStep {
  readonly library: Library;
  readonly events: readonly PlexEvent[];
}

/** The library of a server of which nothing is known yet. */
export const emptyLibrary: Library = {
  items: new Map(),
  busy: new Map(),
  told: new Set(),
  titles: null,
  titleless: [],
  titlesAt: 0,
};

/** A step that changes nothing else. */
export const stay = (library: Library): LibraryStep => ({ library, events: [] });

/** The library that remembers what it has told; the oldest is forgotten where there is too much. */
export function withTold(library: Library, name: string): Library {
  const told = new Set(library.told).add(name);
  const [oldest] = told;
  if (told.size > mostItems && oldest !== undefined) told.delete(oldest);
  return { ...library, told };
}

/** The library that waits for these items. */
export function withItems(library: Library, items: ReadonlyMap<string, NewItem>): Library {
  return { ...library, items, busy: items.size === 0 ? new Map() : library.busy };
}

/** The library that does not wait for this item (any more). */
export function withoutItem(library: Library, id: string): Library {
  if (!library.items.has(id)) return library;
  const items = new Map(library.items);
  items.delete(id);
  return withItems(library, items);
}

/** The library that waits for this item; the oldest is given up where there are too many. */
export function withItem(library: Library, id: string, item: NewItem): Library {
  const items = new Map(library.items).set(id, item);
  const [oldest] = items.keys();
  if (items.size > mostItems && oldest !== undefined) items.delete(oldest);
  return withItems(library, items);
}

/** The library that has heard of a section. */
export function withBusy(library: Library, section: string, now: number): Library {
  const busy = new Map(library.busy).set(section, now);
  const [oldest] = busy.keys();
  if (busy.size > mostSections && oldest !== undefined) busy.delete(oldest);
  return { ...library, busy };
}
