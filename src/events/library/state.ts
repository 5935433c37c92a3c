import type { PlexEvent } from "../notifications";

/** The most items that are waited for, and events and names that are remembered, at a time. */
export const mostItems = 1_000;

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
  /** When something was last heard of a section with new items. */
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

/** The library that does not wait for this item (any more). */
export function withoutItem(library: Library, id: string): Library {
  if (!library.items.has(id)) return library;
  const items = new Map(library.items);
  items.delete(id);
  const sections = new Set([...items.values()].map(({ section }) => section));
  return { ...library, items, busy: new Map([...library.busy].filter(([section]) => sections.has(section))) };
}

/** The library that waits for this item. */
export function withItem(library: Library, id: string, item: NewItem): Library {
  const items = new Map(library.items).set(id, item);
  const [oldest] = items.keys();
  const next = { ...library, items };
  return items.size > mostItems && oldest !== undefined ? withoutItem(next, oldest) : next;
}
