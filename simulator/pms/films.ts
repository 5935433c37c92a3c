import type { PlexObject } from "../http/xml";

interface Film {
  readonly id: number;
  readonly title: string;
  readonly year: number;
  readonly summary: string;
}

// Both are invented, and both have the same file: a second of sound.
const FILMS: readonly Film[] = [
  { id: 1, title: "The Lantern Keeper", year: 2019, summary: "A lighthouse, a storm & a letter that came too late." },
  { id: 2, title: "Paper Harbour", year: 2023, summary: "Two sisters fold a fleet and sail it through the town." },
];
const ADDED_AT = 1767225600;

function partKey(id: number): string {
  return `/library/parts/${id}/${ADDED_AT}/file.wav`;
}

/** Whether a film has its file at this path. */
export function hasPart(path: string): boolean {
  return FILMS.some(({ id }) => partKey(id) === path);
}

/** The films as metadata, newest first, each with its media part. */
export function filmMetadata(): PlexObject[] {
  return FILMS.map(describe).reverse();
}

function describe({ id, title, year, summary }: Film): PlexObject {
  return {
    ratingKey: String(id),
    key: `/library/metadata/${id}`,
    guid: `local://${id}`,
    librarySectionTitle: "Films",
    librarySectionID: 1,
    librarySectionKey: "/library/sections/1",
    type: "movie",
    title,
    summary,
    year,
    thumb: `/library/metadata/${id}/thumb/${ADDED_AT + id}`,
    duration: 1000,
    originallyAvailableAt: `${year}-03-01`,
    addedAt: ADDED_AT + id,
    updatedAt: ADDED_AT + id,
    Media: [
      {
        id,
        duration: 1000,
        bitrate: 128,
        audioChannels: 1,
        audioCodec: "pcm",
        container: "wav",
        Part: [{ id, key: partKey(id), duration: 1000, file: `/films/${title}.wav`, size: 16044, container: "wav" }],
      },
    ],
  };
}
