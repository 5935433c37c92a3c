import { send, sendContainer, sendError } from "../http/replies";
import { plexValue, wantsJson } from "../http/request";
import type { PlexObject } from "../http/xml";
import type { Exchange } from "../types";
import { filmMetadata } from "./films";
import type { TokenRights } from "./tokens";

/** The number of the owner among the accounts of a server. */
const OWNER = 1;

/** Which films of one server have been seen, and how often its library was scanned. */
export class Watching {
  /** How often somebody had the section scanned. */
  scans = 0;
  readonly #seen = new Map<string, number>();
  readonly #history: PlexObject[] = [];

  /** The films, each with how often it was seen where it was. */
  films(): PlexObject[] {
    return filmMetadata().map((film) => {
      const viewCount = this.#seen.get(film["ratingKey"] as string);
      return viewCount === undefined ? film : { ...film, viewCount };
    });
  }

  /** Those that nobody has seen. */
  unseen(): PlexObject[] {
    return this.films().filter(({ viewCount }) => viewCount === undefined);
  }

  /** What marks, scans and finds. Says whether the path was one of those. */
  answer(exchange: Exchange): boolean {
    const { path } = exchange.request;
    if (path === "/:/scrobble" || path === "/:/unscrobble") this.#mark(exchange);
    else if (path === "/library/sections/1/refresh") this.#scan(exchange);
    else if (path === "/hubs/search") this.#search(exchange);
    else return false;
    return true;
  }

  /** `/status/sessions/history/all`: what everybody has seen, page by page, for the owner. */
  answerHistory(exchange: Exchange, { admin }: TokenRights): void {
    if (!admin) {
      sendError(exchange, 403);
      return;
    }
    const offset = Number(plexValue(exchange.request, "X-Plex-Container-Start") ?? 0);
    const length = Number(plexValue(exchange.request, "X-Plex-Container-Size") ?? this.#history.length);
    const page = this.#history.slice(offset, offset + length);
    const list = page.length > 0 && { [wantsJson(exchange.request) ? "Metadata" : "Video"]: page };
    sendContainer(exchange, { size: page.length, totalSize: this.#history.length, offset, ...list });
  }

  #mark(exchange: Exchange): void {
    const { path, query } = exchange.request;
    const key = query.get("key") ?? "";
    const film = filmMetadata().find(({ ratingKey }) => ratingKey === key);
    if (!film || query.get("identifier") !== "com.plexapp.plugins.library") {
      sendError(exchange, 400);
      return;
    }
    if (path === "/:/scrobble") {
      this.#seen.set(key, (this.#seen.get(key) ?? 0) + 1);
      this.#remember(film);
    } else {
      this.#seen.delete(key);
    }
    send(exchange, 200, "text/html", "");
  }

  #remember({ ratingKey, title, type, librarySectionID }: PlexObject): void {
    const historyKey = `/status/sessions/history/${this.#history.length + 1}`;
    const viewedAt = Math.floor(Date.now() / 1000);
    this.#history.push({ historyKey, ratingKey, title, type, librarySectionID, viewedAt, accountID: OWNER });
  }

  #scan(exchange: Exchange): void {
    this.scans += 1;
    send(exchange, 200, "text/html", "");
  }

  #search(exchange: Exchange): void {
    const wanted = (exchange.request.query.get("query") ?? "").toLowerCase();
    const found = this.films().filter(({ title }) => (title as string).toLowerCase().includes(wanted));
    const hub = { title: "Films", type: "movie", hubIdentifier: "movie", size: found.length, more: false };
    const Hub = [{ ...hub, [wantsJson(exchange.request) ? "Metadata" : "Video"]: found }];
    sendContainer(exchange, { size: Hub.length, Hub });
  }
}
