import { send } from "../http/replies";
import type { Exchange } from "../types";

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** `/library/metadata/…/thumb/…`: a film's poster. Says whether the path was one. */
export function answerPoster(exchange: Exchange): boolean {
  if (!/^\/library\/metadata\/[12]\/thumb\/\d+$/.test(exchange.request.path)) return false;
  send(exchange, 200, "image/png", PIXEL);
  return true;
}
