import type { ServerResponse } from "node:http";
import { resetSocket } from "../http/sockets";
import type { Exchange } from "../types";

/** Under which name the entry of a type stands in its event. */
const NAMES: Readonly<Record<string, string>> = {
  playing: "PlaySessionStateNotification",
  timeline: "TimelineEntry",
  activity: "ActivityNotification",
  status: "StatusNotification",
  backgroundProcessingQueue: "BackgroundProcessingQueueEventNotification",
  reachability: "ReachabilityNotification",
  log: "LogSentNotification",
};

interface Stream {
  readonly res: ServerResponse;
  readonly wants: (type: string) => boolean;
  readonly timer: NodeJS.Timeout;
}

/** `filters`: a list of types, or of those that are not wanted; without it all but the log, and empty all. */
function readFilters(filters: string | null): (type: string) => boolean {
  if (filters === null) return (type) => type !== "log";
  const types = filters.split(",").map((type) => type.trim());
  if (types.some((type) => type.startsWith("-"))) return (type) => !types.includes(`-${type}`);
  return (type) => filters === "" || types.includes(type);
}

/** `/:/eventsource/notifications`: the streams of those who listen, and what tests do to them. */
export class Notifications {
  /** ms between pings; 0 for none, as when a server hangs. */
  pingInterval = 10_000;
  /** Whether the head of the answer waits for the first event, as behind a proxy that buffers. */
  lateHead = false;
  readonly #streams = new Set<Stream>();

  /** How many listen. */
  get open(): number {
    return this.#streams.size;
  }

  /** Opens a stream, which stays open. */
  answer({ request, res }: Exchange): void {
    res.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
    if (!this.lateHead) res.flushHeaders();
    const ping = () => {
      if (this.pingInterval > 0) res.write("event: ping\ndata: {}\n\n");
    };
    const timer = setInterval(ping, this.pingInterval > 0 ? this.pingInterval : 2 ** 30);
    const stream = { res, timer, wants: readFilters(request.query.get("filters")) };
    this.#streams.add(stream);
    res.once("close", () => {
      clearInterval(timer);
      this.#streams.delete(stream);
    });
  }

  /** Tells everybody who wants this type of each entry, in an event of its own. */
  send(type: string, ...entries: readonly object[]): void {
    for (const { res, wants } of this.#streams) {
      if (!wants(type)) continue;
      for (const entry of entries) {
        res.write(`event: ${type}\ndata: ${JSON.stringify({ [NAMES[type] ?? type]: entry })}\n\n`);
      }
    }
  }

  /** Sends these bytes to everybody, whatever they are. */
  write(bytes: string | Buffer): void {
    for (const { res } of this.#streams) res.write(bytes);
  }

  /** Ends the streams: in the ordinary way, or with a TCP reset. */
  end(how: "end" | "reset" = "end"): void {
    for (const { res } of this.#streams) {
      if (how === "end") res.end();
      else if (res.socket) resetSocket(res.socket);
    }
  }
}
