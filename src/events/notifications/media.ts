import { isFields, readFlag, readList, readNumber, readString, type Fields } from "../../answers";
import type { EventMedia } from "./event";

/** A path on the server; a foreign address could carry a token or lead elsewhere. */
function readThumb(fields: Fields, name: string): string | null {
  const thumb = readString(fields, name);
  return thumb !== null && /^\/(?!\/)/.test(thumb) && !/x-plex-token/i.test(thumb) ? thumb : null;
}

/** What an element of `/status/sessions` or `/library/metadata` says of its item. */
export function readMedia(fields: Fields): EventMedia {
  const type = readString(fields, "type")?.toLowerCase() ?? null;
  const [episode, track] = [type === "episode", type === "track"];
  return {
    type,
    title: readString(fields, "title"),
    year: readNumber(fields, "year"),
    show: episode ? readString(fields, "grandparentTitle") : null,
    season: episode ? readNumber(fields, "parentIndex") : null,
    episode: episode ? readNumber(fields, "index") : null,
    // A track of a compilation names its own artist in originalTitle.
    artist: track ? (readString(fields, "originalTitle") ?? readString(fields, "grandparentTitle")) : null,
    album: track ? readString(fields, "parentTitle") : null,
    ratingKey: readString(fields, "ratingKey"),
    library: readString(fields, "librarySectionTitle"),
    duration: readNumber(fields, "duration"),
    thumb: readThumb(fields, "thumb") ?? readThumb(fields, "parentThumb") ?? readThumb(fields, "grandparentThumb"),
    live: readFlag(fields, "live") || (readString(fields, "key") ?? "").startsWith("/livetv/sessions/"),
  };
}

/** The container of an answer, in JSON or as read from XML. */
export function readContainer(document: unknown): Fields | undefined {
  return isFields(document) ? readList(document.MediaContainer)[0] : undefined;
}

/** The items of a container: JSON has them in one list, XML has one list for each kind of element. */
export function readItems(container: Fields): Fields[] {
  return ["Metadata", "Video", "Track", "Photo"].flatMap((name) => readList(container[name]));
}

/** The item that `/library/metadata/<ratingKey>` tells of, or null where there is none, or none with a title. */
export function readMetadata(document: unknown): EventMedia | null {
  const container = readContainer(document);
  const item = container && readItems(container)[0];
  if (!item) return null;
  const media = readMedia(item);
  const library = media.library ?? readString(container, "librarySectionTitle");
  return media.title === null ? null : { ...media, library };
}

/** Titles of the library sections by their key, from `/library/sections`. */
export function readSections(document: unknown): ReadonlyMap<string, string> {
  const sections = readList(readContainer(document)?.Directory);
  return new Map(
    sections.flatMap((section) => {
      const [key, title] = [readString(section, "key"), readString(section, "title")];
      return key === null || title === null ? [] : [[key, title]];
    }),
  );
}
