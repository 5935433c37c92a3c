/**
 * The server that everything is measured against, and that does as little as it can: it hands out tokens and a page of a
 * library, and streams notifications; under /silent it does not answer at all.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sessions } from "./frames";
import { ownCpu } from "./meter";
import { makePage } from "./page";
import { type Broadcast, broadcast, openEvents, openWebSocket } from "./streams";

/** What it accepts. */
const token = "bench-token";
/** Longer than any pause between two rounds: a connection that it closed would be a failure for some. */
const keepAliveTimeout = 30 * 60_000;

/** How much it has done. */
export interface Work {
  readonly requests: number;
  readonly cpu: number;
}

/** What it can be told by the process that started it. */
export type StandInOrder = "work" | Broadcast;

let requests = 0;
let page: Buffer | undefined;

function sendJson(response: ServerResponse, body: string | Buffer): void {
  const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
  response.writeHead(200, headers).end(body);
}

function answer({ method, url = "" }: IncomingMessage, response: ServerResponse): boolean {
  if (method === "POST" && url.startsWith("/security/token?")) {
    const number = requests.toString(16).padStart(12, "0");
    sendJson(response, `{"MediaContainer":{"size":0,"token":"transient-00000000-0000-4000-8000-${number}"}}`);
  } else if (url.startsWith("/library/sections/1/all")) sendJson(response, (page ??= Buffer.from(makePage())));
  else if (url.endsWith("/status/sessions")) sendJson(response, sessions());
  else return false;
  return true;
}

const server = createServer({ keepAliveTimeout }, (request, response) => {
  requests += 1;
  request.resume();
  if (request.url?.startsWith("/silent/")) return;
  const isKnown = request.headers["x-plex-token"] === token;
  if (isKnown && request.url?.includes("/:/eventsource/notifications?")) openEvents(request, response);
  else if (!isKnown || !answer(request, response))
    response.writeHead(403, { "Content-Type": "text/html" }).end("<html><h1>403 Forbidden</h1></html>");
});

server.on("upgrade", openWebSocket);
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));

process.on("message", (order: StandInOrder) => {
  if (order === "work") process.send?.({ requests, cpu: ownCpu() } satisfies Work);
  else void broadcast(order).then((listeners) => process.send?.(listeners));
});
process.once("disconnect", () => process.exit());
