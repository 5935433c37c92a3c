/**
 * The server that everything is measured against: it hands out tokens, and does as little as it can; under /silent it
 * does not answer at all.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ownCpu } from "./meter";

/** What it accepts. */
const token = "bench-token";
/** Longer than any pause between two rounds: a connection that it closed would be a failure for some. */
const keepAliveTimeout = 30 * 60_000;

/** How much it has done. */
export interface Work {
  readonly requests: number;
  readonly cpu: number;
}

let requests = 0;

const server = createServer({ keepAliveTimeout }, (request, response) => {
  requests += 1;
  request.resume();
  if (request.url?.startsWith("/silent/")) return;
  const good = request.method === "POST" && request.url?.startsWith("/security/token?");
  if (!good || request.headers["x-plex-token"] !== token) {
    response.writeHead(403, { "Content-Type": "text/html" }).end("<html><h1>403 Forbidden</h1></html>");
    return;
  }
  const body = `{"MediaContainer":{"size":0,"token":"transient-00000000-0000-4000-8000-${requests.toString(16).padStart(12, "0")}"}}`;
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length }).end(body);
});

server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));

process.on("message", () => process.send?.({ requests, cpu: ownCpu() } satisfies Work));
process.once("disconnect", () => process.exit());
