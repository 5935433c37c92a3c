import { send, sendContainer, sendError } from "../http/replies";
import { wantsJson } from "../http/request";
import type { PlexObject } from "../http/xml";
import type { Exchange } from "../types";
import { filmMetadata } from "./films";

/** Which films of one server have been seen, and how often its library was scanned. */
export class Watching {
  /** How often somebody had the section scanned. */
  scans = 0;
  readonly #seen = new Map<string, number>();

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

  #mark(exchange: Exchange): void {
    const { path, query } = exchange.request;
    const key = query.get("key") ?? "";
    const isFilm = filmMetadata().some(({ ratingKey }) => ratingKey === key);
    if (!isFilm || query.get("identifier") !== "com.plexapp.plugins.library") {
      sendError(exchange, 400);
      return;
    }
    if (path === "/:/scrobble") this.#seen.set(key, (this.#seen.get(key) ?? 0) + 1);
    else this.#seen.delete(key);
    send(exchange, 200, "text/html", "");
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
