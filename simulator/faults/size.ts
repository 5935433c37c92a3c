import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Fault } from "../types";
import { SAMPLE_JSON, SAMPLE_TOKEN } from "./sample";

const MIB = 1024 * 1024;

/** Well-formed JSON with a token, and so much padding that it is this long. */
function paddedJson(bytes: number): string {
  const shell = JSON.stringify({ MediaContainer: { size: 0, token: SAMPLE_TOKEN, padding: "" } });
  return shell.replace('"padding":""', `"padding":"${"x".repeat(bytes - shell.length)}"`);
}

/** A right JSON body of 10 MiB (or as many bytes as asked for) with its length announced. */
export function hugeJson(bytes = 10 * MIB): Fault {
  return (_req, res) => {
    const text = paddedJson(bytes);
    res.writeHead(200, { "Content-Type": "application/json", "Content-Length": text.length });
    res.end(text);
  };
}

/** The same without Content-Length, in chunks: nothing tells the size beforehand. */
export function hugeChunkedJson(bytes = 10 * MIB): Fault {
  return (_req, res) => {
    const text = paddedJson(bytes);
    res.writeHead(200, { "Content-Type": "application/json" });
    for (let sent = 0; sent < text.length; sent += 64 * 1024) res.write(text.slice(sent, sent + 64 * 1024));
    res.end();
  };
}

/** A right JSON body, sent gzipped: small on the wire, 10 MiB (or as many bytes as asked for) when unpacked. */
export function gzipBomb(bytes = 10 * MIB): Fault {
  return (_req, res) => {
    sendGzip(res, gzipSync(paddedJson(bytes)));
  };
}

/** A right body, properly gzipped. */
export function gzip(): Fault {
  return (_req, res) => {
    sendGzip(res, gzipSync(SAMPLE_JSON));
  };
}

/** Gzip that breaks off in the middle, although it came whole by its Content-Length. */
export function truncatedGzip(): Fault {
  return (_req, res) => {
    const packed = gzipSync(SAMPLE_JSON);
    sendGzip(res, packed.subarray(0, packed.length - 20));
  };
}

/** Content-Encoding gzip on bytes that are none. */
export function corruptGzip(): Fault {
  return (_req, res) => {
    const packed = gzipSync(SAMPLE_JSON);
    packed.fill(0xff, 10, packed.length - 8);
    sendGzip(res, packed);
  };
}

function sendGzip(res: ServerResponse, packed: Buffer): void {
  res.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Encoding": "gzip",
    "Content-Length": packed.length,
  });
  res.end(packed);
}
