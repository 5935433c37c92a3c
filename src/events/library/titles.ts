import type { PlexEvent } from "../notifications";
import { firstPause, mostItems, stay, type Library, type LibraryStep, type Titleless } from "./state";

/** ms for which an event waits for the title of its section. */
const titleTimeout = 10_000;

function withTitle({ titles }: Library, { section, event }: Titleless): PlexEvent {
  return { ...event, media: { ...event.media, library: titles?.get(section) ?? null } };
}

/** Tells at once where the title of the section is known, and else when it is. */
export function tellOf(library: Library, waiting: Titleless): LibraryStep {
  if (library.titles?.has(waiting.section)) return { library, events: [withTitle(library, waiting)] };
  const all = [...library.titleless, waiting];
  const tooMany = all.slice(0, Math.max(0, all.length - mostItems));
  return {
    library: { ...library, titleless: all.slice(tooMany.length) },
    events: tooMany.map((each) => withTitle(library, each)),
  };
}

/** Takes the titles of the sections; null where they could not be had. */
export function onTitles(library: Library, titles: ReadonlyMap<string, string> | null, now: number): LibraryStep {
  const known = { ...library, titles: titles ?? library.titles, titlesAt: now + firstPause };
  const isNamed = ({ section }: Titleless) => known.titles?.has(section) ?? false;
  return {
    library: { ...known, titleless: library.titleless.filter((each) => !isNamed(each)) },
    events: library.titleless.filter(isNamed).map((each) => withTitle(known, each)),
  };
}

/** When the time has something to do for those that wait; Infinity for never. */
export function titlesTickAt({ titleless, titlesAt }: Library, now: number): number {
  const ends = titleless.map(({ since }) => since + titleTimeout);
  return Math.min(Infinity, ...ends, titleless.length > 0 && titlesAt > now ? titlesAt : Infinity);
}

/** Tells what has waited for its title for too long, without one. */
export function onLateTitles(library: Library, now: number): LibraryStep {
  const isLate = ({ since }: Titleless) => since + titleTimeout <= now;
  const late = library.titleless.filter(isLate);
  if (late.length === 0) return stay(library);
  return {
    library: { ...library, titleless: library.titleless.filter((each) => !isLate(each)) },
    events: late.map((each) => withTitle(library, each)),
  };
}
