import type { OutgoingHttpHeaders } from "node:http";
import { errorPage } from "../http/replies";
import type { Fault } from "../types";
import { SAMPLE_JSON, SAMPLE_XML } from "./sample";

const JSON_TYPE = "application/json";
const XML_TYPE = "text/xml;charset=utf-8";

/** What a `status` fault sends besides the status. */
export interface StatusOptions {
  /** Seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  readonly headers?: OutgoingHttpHeaders;
  /** Plex's HTML error page unless given. */
  readonly body?: string;
}

/** Answers with a status, and Plex's HTML page for it unless another body is given. */
export function status(code: number, { retryAfter, headers, body }: StatusOptions = {}): Fault {
  return (_req, res) => {
    const text = body ?? errorPage(code);
    res.writeHead(code, {
      "Content-Type": "text/html",
      "Content-Length": Buffer.byteLength(text),
      ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }),
      ...headers,
    });
    res.end(text);
  };
}

/** Answers with this text, whole, as this content type (none at all for null). */
export function body(text: string, contentType: string | null, code = 200): Fault {
  return (_req, res) => {
    if (contentType !== null) res.setHeader("Content-Type", contentType);
    res.writeHead(code, { "Content-Length": Buffer.byteLength(text) });
    res.end(text);
  };
}

/** Answers with this value as JSON. */
export function json(value: unknown, code = 200): Fault {
  return body(JSON.stringify(value), JSON_TYPE, code);
}

/** Answers with this text as XML. */
export function xml(text: string, code = 200): Fault {
  return body(text, XML_TYPE, code);
}

/** 200 with a well-formed JSON container that has no token (and no Device) in it. */
export function withoutToken(): Fault {
  return json({ MediaContainer: { size: 0 } });
}

/** 200 with an HTML page, as captive portals and web apps send. */
export function html(): Fault {
  return body("<!DOCTYPE html><html><head><title>Welcome</title></head><body>Welcome</body></html>", "text/html");
}

/** JSON that breaks off in the middle, although it came whole by its Content-Length. */
export function cutOffJson(): Fault {
  return body(SAMPLE_JSON.slice(0, -20), JSON_TYPE);
}

/** XML that breaks off in the middle, although it came whole by its Content-Length. */
export function cutOffXml(): Fault {
  return body(SAMPLE_XML.slice(0, -30), XML_TYPE);
}

/** 204 and no body. */
export function noContent(): Fault {
  return (_req, res) => {
    res.writeHead(204).end();
  };
}

/** Sends the client elsewhere. */
export function redirect(location: string, code = 302): Fault {
  return status(code, { headers: { Location: location }, body: "" });
}

/** The ordinary answer with another Content-Type, or with none at all for null. */
export function contentType(value: string | null): Fault {
  return (_req, res, proceed) => {
    const setHeader = res.setHeader.bind(res);
    res.setHeader = (name, content) => {
      if (name.toLowerCase() !== "content-type") return setHeader(name, content);
      return value === null ? res : setHeader(name, value);
    };
    proceed();
  };
}

/** The ordinary answer, in UTF-8, that claims to be in another character set. */
export function wrongCharset(charset = "utf-16le"): Fault {
  return contentType(`${JSON_TYPE}; charset=${charset}`);
}

/** The ordinary answer, later. */
export function delay(milliseconds: number): Fault {
  return (_req, res, proceed) => {
    const timer = setTimeout(proceed, milliseconds);
    res.once("close", () => {
      clearTimeout(timer);
    });
  };
}
