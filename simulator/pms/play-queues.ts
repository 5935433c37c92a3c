import { sendContainer, sendError } from "../http/replies";
import { plexValue, wantsJson } from "../http/request";
import type { PlexObject } from "../http/xml";
import type { Exchange } from "../types";
import { filmMetadata } from "./films";

const LIBRARY = "com.plexapp.plugins.library";

interface PlayQueue {
  readonly id: number;
  readonly uri: string;
  readonly film: PlexObject;
}

/** The play queues of one server. */
export class PlayQueues {
  readonly #queues: PlayQueue[] = [];
  readonly #machineIdentifier: string;

  constructor(machineIdentifier: string) {
    this.#machineIdentifier = machineIdentifier;
  }

  /** `/playQueues…`: POST makes one of a film, GET shows it. */
  answer(exchange: Exchange): void {
    const { method, path } = exchange.request;
    if (path === "/playQueues" && method === "POST") this.#create(exchange);
    else this.#show(exchange, Number(/^\/playQueues\/(\d+)$/.exec(path)?.[1]));
  }

  #create(exchange: Exchange): void {
    const { request } = exchange;
    const uri = request.query.get("uri") ?? "";
    const film = this.#filmOf(uri);
    const identified = plexValue(request, "X-Plex-Client-Identifier") !== undefined;
    // A queue belongs to the client that made it.
    if (!film || !identified || request.query.get("type") !== "video") {
      sendError(exchange, 400);
      return;
    }
    const queue = { id: 1000 + this.#queues.length, uri, film };
    this.#queues.push(queue);
    sendQueue(exchange, queue);
  }

  #show(exchange: Exchange, id: number): void {
    const queue = this.#queues.find((each) => each.id === id);
    if (queue && exchange.request.method === "GET") sendQueue(exchange, queue);
    else sendError(exchange, 404);
  }

  #filmOf(uri: string): PlexObject | undefined {
    const root = `server://${this.#machineIdentifier}/${LIBRARY}`;
    return filmMetadata().find(({ ratingKey }) => uri === `${root}/library/metadata/${ratingKey as string}`);
  }
}

function sendQueue(exchange: Exchange, { id, uri, film }: PlayQueue): void {
  sendContainer(exchange, {
    size: 1,
    identifier: LIBRARY,
    playQueueID: id,
    playQueueSelectedItemID: id * 10,
    playQueueSelectedItemOffset: 0,
    playQueueSelectedMetadataItemID: film["ratingKey"],
    playQueueShuffled: false,
    playQueueSourceURI: uri,
    playQueueTotalCount: 1,
    playQueueVersion: 1,
    [wantsJson(exchange.request) ? "Metadata" : "Video"]: [{ playQueueItemID: id * 10, ...film }],
  });
}
