/** Who listens to the stand-in, and what they are sent. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { asContainer, asEvent, type FrameKind, makers } from "./frames";

/** Frames for whoever listens under a path, so many a second. */
export interface Broadcast {
  /** First part of the path. */
  readonly to: string;
  readonly kind: FrameKind;
  readonly count: number;
  readonly perSecond: number;
}

type Notification = ReturnType<(typeof makers)[FrameKind]>;

interface Listener {
  readonly path: string;
  /** Sends these at once, so that what is measured is not how often the system wakes the reader. */
  readonly send: (notifications: readonly Notification[]) => void;
}

interface WebSocket {
  send: (text: string) => void;
  once: (event: "close", listener: () => void) => void;
}

interface WebSocketServer {
  handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, done: (webSocket: WebSocket) => void) => void;
}

// The one that Node-RED's own nodes use.
const fromNodeRed = createRequire(require.resolve("node-red/package.json"));
const fromNodes = createRequire(fromNodeRed.resolve("@node-red/nodes/package.json"));
const { Server } = fromNodes("ws") as { Server: new (options: { noServer: true }) => WebSocketServer };

const webSockets = new Server({ noServer: true });
const listeners = new Set<Listener>();
/** ms between two pings of the eventsource stream, as Plex sends them. */
const pingInterval = 10_000;
/** ms between two batches of frames. */
const tick = 5;

const firstPart = (url = ""): string => url.split("/")[1] ?? "";

/** Answers a request for the eventsource stream, for as long as it is listened to. */
export function openEvents(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
  const send = (notifications: readonly Notification[]) => response.write(notifications.map(asEvent).join(""));
  const listener = { path: firstPart(request.url), send };
  const pings = setInterval(() => response.write("event: ping\ndata: {}\n\n"), pingInterval);
  listeners.add(listener);
  response.once("close", () => {
    clearInterval(pings);
    listeners.delete(listener);
  });
}

/** Answers a request for the websocket. */
export function openWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  webSockets.handleUpgrade(request, socket, head, (webSocket) => {
    const send = (notifications: readonly Notification[]) => {
      socket.cork();
      for (const notification of notifications) webSocket.send(asContainer(notification));
      socket.uncork();
    };
    const listener = { path: firstPart(request.url), send };
    listeners.add(listener);
    webSocket.once("close", () => listeners.delete(listener));
  });
}

/** Sends them. @returns to how many listeners */
export async function broadcast({ to, kind, count, perSecond }: Broadcast): Promise<number> {
  const heardBy = [...listeners].filter(({ path }) => path === to);
  const begin = performance.now();
  for (let sent = 0; sent < count;) {
    const due = Math.min(count, Math.ceil(((performance.now() - begin) * perSecond) / 1000));
    const notifications = Array.from({ length: due - sent }, (_, index) => makers[kind](sent + index));
    for (const { send } of heardBy) if (notifications.length > 0) send(notifications);
    sent = due;
    await sleep(tick);
  }
  return heardBy.length;
}
