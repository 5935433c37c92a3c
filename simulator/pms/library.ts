import { plexValue, wantsJson } from "../http/request";
import { sendContainer, sendError } from "../http/replies";
import type { Exchange } from "../types";
import type { PlexObject } from "../http/xml";
import type { Watching } from "./watching";

const SECTION: PlexObject = {
  allowSync: true,
  composite: "/library/sections/1/composite/1767225600",
  filters: true,
  refreshing: false,
  key: "1",
  type: "movie",
  title: "Films",
  agent: "tv.plex.agents.none",
  scanner: "Plex Video Files",
  language: "en-US",
  uuid: "5c0f6f3a-4a44-4f0e-9a36-0f5c2e8d1b77",
  createdAt: 1767225600,
  updatedAt: 1767225600,
  scannedAt: 1767225600,
  content: true,
  directory: true,
  contentChangedAt: 1,
  hidden: 0,
  Location: [{ id: 1, path: "/films" }],
};

/** `/library…`: one section with two films. Says whether the path was one of its own. */
export function answerLibrary(exchange: Exchange, watching: Watching): boolean {
  const path = exchange.request.path.replace(/(?<=.)\/$/, "");
  const metadataId = /^\/library\/metadata\/([^/]+)$/.exec(path)?.[1];
  if (path === "/library") {
    const Directory = [{ key: "sections", title: "Library Sections" }];
    sendContainer(exchange, { size: 1, allowSync: false, title1: "Plex Library", Directory });
  } else if (path === "/library/sections") {
    sendContainer(exchange, { size: 1, allowSync: false, title1: "Plex Library", Directory: [SECTION] });
  } else if (path === "/library/sections/1/all" || path === "/library/recentlyAdded") {
    sendPage(exchange, exchange.request.query.get("unwatched") === "1" ? watching.unseen() : watching.films());
  } else if (path === "/library/onDeck") {
    sendPage(exchange, watching.unseen());
  } else if (metadataId !== undefined) {
    sendFilm(exchange, metadataId, watching);
  } else {
    return false;
  }
  return true;
}

function sendPage(exchange: Exchange, films: readonly PlexObject[]): void {
  const offset = Number(plexValue(exchange.request, "X-Plex-Container-Start") ?? 0);
  const length = Number(plexValue(exchange.request, "X-Plex-Container-Size") ?? films.length);
  const page = films.slice(offset, offset + length);
  sendFilms(exchange, page, { totalSize: films.length, offset });
}

function sendFilm(exchange: Exchange, id: string, watching: Watching): void {
  const film = watching.films().find(({ ratingKey }) => ratingKey === id);
  if (film) sendFilms(exchange, [film], {});
  else sendError(exchange, 404);
}

function sendFilms(exchange: Exchange, films: readonly PlexObject[], paging: PlexObject): void {
  sendContainer(exchange, {
    size: films.length,
    ...paging,
    allowSync: true,
    identifier: "com.plexapp.plugins.library",
    librarySectionID: 1,
    librarySectionTitle: "Films",
    // In XML the elements are named after what they are: films are <Video>.
    [wantsJson(exchange.request) ? "Metadata" : "Video"]: films,
  });
}
