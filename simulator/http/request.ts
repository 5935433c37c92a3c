import type { IncomingMessage } from "node:http";
import type { DeviceName, RecordedRequest, ServerName } from "../types";

/** Describes a request for the journal. */
export function describeRequest(
  req: IncomingMessage,
  server: ServerName | DeviceName,
  basePath: string,
): RecordedRequest {
  const url = req.url ?? "/";
  const fullPath = pathOf(url);
  return {
    server,
    method: req.method ?? "GET",
    url,
    path: isBelow(fullPath, basePath) ? fullPath.slice(basePath.length) || "/" : fullPath,
    query: new URLSearchParams(url.includes("?") ? url.slice(url.indexOf("?")) : ""),
    headers: req.headers,
    rawHeaders: [...req.rawHeaders],
    time: Date.now(),
    remotePort: req.socket.remotePort ?? 0,
  };
}

/** Whether the request is for this server at all: outside the base path a reverse proxy has nothing to show. */
export function isServed(request: RecordedRequest, basePath: string): boolean {
  return isBelow(pathOf(request.url), basePath);
}

function pathOf(url: string): string {
  // A proxy may be asked for "http://host/path"; the origin is of no interest here.
  const [path = ""] = url.replace(/^https?:\/\/[^/?]*/i, "").split("?", 1);
  return path || "/";
}

function isBelow(path: string, basePath: string): boolean {
  return path === basePath || path.startsWith(`${basePath}/`);
}

/** An X-Plex-* value, from the header or else from the query, as Plex takes it; empty counts as missing. */
export function plexValue(request: RecordedRequest, name: string): string | undefined {
  const header = request.headers[name.toLowerCase()];
  if (typeof header === "string" && header !== "") return header;
  for (const [key, value] of request.query) {
    if (key.toLowerCase() === name.toLowerCase() && value !== "") return value;
  }
  return undefined;
}

/** Whether the client asked for JSON; Plex answers everything else with XML. */
export function wantsJson(request: RecordedRequest): boolean {
  return /\bapplication\/json\b/i.test(request.headers.accept ?? "");
}
