/** A page of a library as Plex Media Server answers it: some 3 KB for each film. */
const items = 1000;
const names = ["Anna Berg", "Ben Novak", "Clara Ruiz", "Dai Ito", "Eva Lund", "Finn Okafor"];
const synopsis =
  "Two people who do not know each other take the same train north, and only one of them means to come back. ";

const tags = (count: number, make: (index: number) => object) =>
  Array.from({ length: count }, (_, index) => make(index));

function media(key: number): object {
  const stream = (id: number) => ({
    ...{ id: key * 10 + id, streamType: id, default: true, index: id - 1, bitrate: 8000, language: "English" },
    ...{ languageCode: "eng", displayTitle: id === 1 ? "1080p (H.264)" : "English (AC3 5.1)", codec: "h264" },
  });
  const file = `/media/films/Film ${key} (1999)/Film ${key} (1999).mkv`;
  const Part = [
    {
      id: key,
      key: `/library/parts/${key}/file.mkv`,
      file,
      size: 8_000_000_000,
      container: "mkv",
      Stream: tags(3, (id) => stream(id + 1)),
    },
  ];
  const video = { videoResolution: "1080", videoCodec: "h264", videoFrameRate: "24p", videoProfile: "high" };
  return { id: key, duration: 6_600_000, bitrate: 9000, width: 1920, height: 800, aspectRatio: 2.35, ...video, Part };
}

function film(index: number): object {
  const key = 1000 + index;
  const person = (id: number) => ({
    ...{ id, filter: `actor=${id}`, tag: names[id % names.length], tagKey: `5d7768${id}`, role: `Part ${id}` },
    thumb: `https://metadata-static.example.org/people/${id}.jpg`,
  });
  return {
    ...{ ratingKey: String(key), key: `/library/metadata/${key}`, guid: `plex://movie/5d776825${key}`, type: "movie" },
    ...{
      title: `Film ${index}`,
      contentRating: "PG-13",
      summary: synopsis.repeat(4),
      rating: 7.1,
      year: 1950 + (index % 70),
    },
    ...{ thumb: `/library/metadata/${key}/thumb/1767225600`, art: `/library/metadata/${key}/art/1767225600` },
    ...{ duration: 6_600_000, originallyAvailableAt: "1999-05-01", addedAt: 1_767_225_600, updatedAt: 1_767_225_600 },
    Media: [media(key)],
    Genre: tags(3, (id) => ({ id, filter: `genre=${id}`, tag: `Genre ${id}` })),
    Director: [person(1)],
    Role: tags(6, (id) => person(index + id)),
  };
}

/** The page, as JSON. */
export function makePage(): string {
  const Metadata = tags(items, film);
  const head = { size: items, totalSize: items, offset: 0, librarySectionID: 1, librarySectionTitle: "Films" };
  return JSON.stringify({ MediaContainer: { ...head, Metadata } });
}
