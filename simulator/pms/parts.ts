import { send, sendError } from "../http/replies";
import type { Exchange } from "../types";
import { hasPart } from "./films";
import { toneWav } from "./tone";

const FILE = toneWav();

/** `/library/parts/…`: the media file, whole or in a range. */
export function answerPart(exchange: Exchange): void {
  const { request, res } = exchange;
  if (!hasPart(request.path)) {
    sendError(exchange, 404);
    return;
  }
  res.setHeader("Accept-Ranges", "bytes");
  const { range } = request.headers;
  if (range === undefined) send(exchange, 200, "audio/wav", FILE);
  else sendRange(exchange, range);
}

function sendRange(exchange: Exchange, header: string): void {
  const range = parseRange(header, FILE.length);
  if (!range) {
    exchange.res.setHeader("Content-Range", `bytes */${FILE.length}`);
    sendError(exchange, 416);
    return;
  }
  const [first, last] = range;
  exchange.res.setHeader("Content-Range", `bytes ${first}-${last}/${FILE.length}`);
  send(exchange, 206, "audio/wav", FILE.subarray(first, last + 1));
}

/** First and last byte of a single range (`0-99`, `100-`, `-100`), or undefined when it can't be served. */
function parseRange(header: string, size: number): [number, number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [, from = "", to = ""] = match ?? [];
  if (from === "" && to === "") return undefined;
  const first = from === "" ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return first <= last ? [first, last] : undefined;
}
