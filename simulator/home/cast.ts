import type { Journal } from "../http/journal";
import type { Listener } from "../http/listener";
import { send, sendError } from "../http/replies";
import type { Exchange, RecordedRequest } from "../types";
import { startDevice } from "./device";
import { openMedia, type OpenMedia } from "./media";
import type { DeviceOptions } from "./options";

/** What a LOAD message says that the Plex app on a Cast device needs. */
interface LoadMessage {
  readonly type: string;
  readonly requestId: number;
  readonly media: {
    readonly customData: {
      readonly containerKey: string;
      readonly server: {
        readonly protocol: string;
        readonly address: string;
        readonly port: string;
        readonly accessToken: string;
      };
    };
  };
}

/**
 * Starts a Cast-like receiver on a free port: it takes LOAD messages as the Plex app on a Chromecast does, but over HTTP
 * (`POST /load`), as from a bridge that speaks the Cast protocol.
 */
export function startCastReceiver(options: DeviceOptions = {}): Promise<CastReceiver> {
  return startDevice("cast", (listener, journal) => new CastReceiver(listener, journal, options));
}

/** A running Cast-like receiver. */
export class CastReceiver {
  readonly #listener: Listener;
  readonly #journal: Journal;
  readonly #tell: (words: string) => void;
  #media: OpenMedia | undefined;

  /** Use `startCastReceiver`. */
  constructor(listener: Listener, journal: Journal, { tell = () => undefined }: DeviceOptions) {
    this.#listener = listener;
    this.#journal = journal;
    this.#tell = tell;
  }

  get url(): string {
    return this.#listener.url;
  }

  /** What it plays; undefined while it plays nothing. */
  get media(): OpenMedia | undefined {
    return this.#media;
  }

  /** All requests so far. */
  get requests(): RecordedRequest[] {
    return this.#journal.requests;
  }

  /** Answers one message. */
  async answer(exchange: Exchange): Promise<void> {
    const { method, path } = exchange.request;
    if (method !== "POST" || path !== "/load") {
      sendError(exchange, 404);
      return;
    }
    const message = await readMessage(exchange);
    if (message?.type === "LOAD") await this.#load(exchange, message);
    else sendJson(exchange, 400, { type: "INVALID_REQUEST" });
  }

  /** Stops listening. */
  close(): Promise<void> {
    return this.#listener.close();
  }

  async #load(exchange: Exchange, { requestId, media }: LoadMessage): Promise<void> {
    try {
      const { server, containerKey } = media.customData;
      this.#media = await openMedia({ ...server, containerKey, token: server.accessToken });
      sendJson(exchange, 200, { type: "MEDIA_STATUS", requestId, status: [{ playerState: "PLAYING" }] });
      this.#tell(`plays ${this.#media.title}`);
    } catch {
      this.#media = undefined;
      this.#tell("cannot open what it shall play");
      sendJson(exchange, 502, { type: "LOAD_FAILED", requestId });
    }
  }
}

async function readMessage({ req }: Exchange): Promise<LoadMessage | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as LoadMessage;
  } catch {
    return undefined;
  }
}

function sendJson(exchange: Exchange, status: number, value: object): void {
  send(exchange, status, "application/json", JSON.stringify(value));
}
