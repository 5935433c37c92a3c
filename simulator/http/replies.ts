import { STATUS_CODES } from "node:http";
import type { Exchange } from "../types";
import { wantsJson } from "./request";
import { toXml, type PlexObject } from "./xml";

/** Sends a whole body with its length. Headers go through `setHeader`, where faults can change them. */
export function send({ res }: Exchange, status: number, contentType: string, body: string | Buffer): void {
  res.statusCode = status;
  res.setHeader("Content-Type", contentType);
  res.setHeader("Content-Length", Buffer.byteLength(body));
  res.setHeader("Cache-Control", "no-cache");
  res.end(body);
}

/** Sends one value, as JSON or (under this element name) XML by the request's Accept. */
export function sendValue(exchange: Exchange, status: number, json: unknown, name: string, xml: PlexObject): void {
  if (wantsJson(exchange.request)) send(exchange, status, "application/json; charset=utf-8", JSON.stringify(json));
  else send(exchange, status, "application/xml; charset=utf-8", toXml(name, xml));
}

/** Sends a MediaContainer, as JSON or XML by the request's Accept. */
export function sendContainer(exchange: Exchange, container: PlexObject): void {
  exchange.res.setHeader("X-Plex-Protocol", "1.0");
  if (wantsJson(exchange.request)) {
    send(exchange, 200, "application/json", JSON.stringify({ MediaContainer: container }));
  } else {
    send(exchange, 200, "text/xml;charset=utf-8", toXml("MediaContainer", container));
  }
}

/** Plex's HTML body for an error; servers send it whatever Accept says. */
export function errorPage(status: number, head = ""): string {
  const title = STATUS_CODES[status] ?? "Error";
  return `<html><head>${head}<title>${title}</title></head><body><h1>${status} ${title}</h1></body></html>`;
}

/** Sends an HTML error page. */
export function sendError(exchange: Exchange, status: number, head?: string): void {
  send(exchange, status, "text/html", errorPage(status, head));
}
