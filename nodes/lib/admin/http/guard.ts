import { parseUrl } from "../../../../src/url";

/** As much of a request as the admin routes look at; the body has been parsed by Node-RED. */
export interface AdminRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
  /** Who is logged in to the editor, where it has users. */
  readonly user?: unknown;
}

/** As much of a response as the admin routes use. */
export interface AdminResponse {
  readonly writableFinished: boolean;
  statusCode: number;
  sendStatus(statusCode: number): unknown;
  setHeader(name: string, value: string): unknown;
  json(body: object): unknown;
  once(event: "close", listener: () => void): unknown;
}

function readHeader({ headers }: AdminRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Whether the page that sent it came from here. */
function isFromHere(origin: string, host: string): boolean {
  const page = parseUrl(origin);
  if (!page || !/^https?:$/.test(page.protocol)) return false;
  // Compared as URLs, which leave out the port that the scheme has by itself.
  return parseUrl(`${page.protocol}//${host}`)?.host === page.host;
}

/**
 * Whether the editor's own page sent it. A browser tells of the site by itself, and no page can make it say otherwise: that
 * holds behind reverse proxies too, which change Host. Where it tells nothing, the page's origin has to be this host.
 */
function isOwnPage(request: AdminRequest): boolean {
  const site = readHeader(request, "sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = readHeader(request, "origin");
  // A forwarded host is not looked at: a page elsewhere may set such a header, browsers keep Host to themselves.
  return origin === undefined || isFromHere(origin, readHeader(request, "host") ?? "");
}

function unreadable(request: AdminRequest): 400 | 415 | undefined {
  const type = (readHeader(request, "content-type") ?? "").split(";", 1)[0] ?? "";
  if (type.trim().toLowerCase() !== "application/json") return 415;
  const { body } = request;
  return typeof body === "object" && body !== null && !Array.isArray(body) ? undefined : 400;
}

/**
 * Lets through what the editor itself sends: JSON from a page of the same origin. Node-RED's admin app answers the
 * preflights of other origins with a yes, browsers tell nothing of the site to plain http on a LAN, and forms can post
 * anything but JSON without a preflight. Another origin is answered with 403 and `{code: "foreign-origin"}`, which tells
 * it from a missing permission.
 */
export function guard(request: AdminRequest, response: AdminResponse, next: () => void): void {
  if (!isOwnPage(request)) {
    response.statusCode = 403;
    response.json({ code: "foreign-origin" });
    return;
  }
  const statusCode = unreadable(request);
  if (statusCode === undefined) next();
  else response.sendStatus(statusCode);
}
