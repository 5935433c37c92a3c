import { sendValue, send } from "../http/replies";
import type { Exchange } from "../types";

const ERRORS = {
  1000: { httpStatus: 400, error: { code: 1000, message: "X-Plex-Client-Identifier is missing", status: 400 } },
  1001: { httpStatus: 401, error: { code: 1001, message: "User could not be authenticated", status: 401 } },
  // The real one has no status in its body.
  1020: { httpStatus: 404, error: { code: 1020, message: "Code not found or expired" } },
} as const;

/** Sends one of plex.tv's numbered errors, as JSON or XML by the request's Accept. */
export function sendPlexTvError(exchange: Exchange, code: keyof typeof ERRORS): void {
  const { httpStatus, error } = ERRORS[code];
  sendValue(exchange, httpStatus, { errors: [error] }, "errors", { error });
}

/** What plex.tv says to a token that was good once; XML whatever was asked for. */
export function sendRevoked(exchange: Exchange): void {
  const body = '<?xml version="1.0" encoding="UTF-8"?>\n<errors>\n  <error>Invalid token</error>\n</errors>\n';
  send(exchange, 422, "application/xml; charset=utf-8", body);
}
