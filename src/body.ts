import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { notAnAnswer, tooLarge } from "./failures";
import { maxBodySize, type RawResponse } from "./request";
import { parseXml } from "./xml";

type Unpack = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

async function unpack(body: Buffer, encoding: string): Promise<Buffer> {
  if (encoding === "" || encoding === "identity") return body;
  const unpacker = Object.hasOwn(unpackers, encoding) ? unpackers[encoding] : undefined;
  if (!unpacker) throw notAnAnswer("The answer is packed in a way that was not asked for.");
  try {
    return await unpacker(body, { maxOutputLength: maxBodySize });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw notAnAnswer("The packed answer is broken.");
  }
}

/** The answer's text. A charset that is unknown or wrong spoils letters at most, so it is never an error. */
function decode(body: Buffer, headers: IncomingHttpHeaders): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(headers["content-type"] ?? "")?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function parse(text: string): unknown {
  return text.startsWith("<") ? parseXml(text) : JSON.parse(text);
}

/**
 * What an answer says, in the shape of Plex's JSON. JSON or XML is told by the text itself: proxies and old servers
 * send either under any content type.
 * @throws PlexError `invalid-response` when it is empty, broken off, too large unpacked, or neither
 */
export async function readBody({ statusCode, headers, body }: RawResponse): Promise<unknown> {
  const unpacked = await unpack(body, (headers["content-encoding"] ?? "").trim().toLowerCase());
  const text = decode(unpacked, headers).trim();
  if (text === "") throw notAnAnswer(`The answer is empty (status ${statusCode}).`, statusCode);
  try {
    return parse(text);
  } catch {
    throw notAnAnswer("The answer is neither whole JSON nor whole XML.", statusCode);
  }
}
