import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { invalidResponse } from "../errors";
import { type BodyLimit, tooLarge } from "./connection-errors";
import { defaultBodyLimit, type RawResponse } from "./exchange";
import { parseXml } from "./xml";

type Unpack = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflateWrapped = promisify(inflate);
const inflateBare = promisify(inflateRaw);

/** Some servers leave out the wrapper that "deflate" asks for (RFC 9110, 8.4.1.2), by which it begins with an 8. */
const inflateEither: Unpack = (body, options) =>
  ((body[0] ?? 0) & 0x0f) === 8 ? inflateWrapped(body, options) : inflateBare(body, options);

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: inflateEither,
  br: promisify(brotliDecompress),
};

/**
 * The body as it was before it was packed.
 * @param limit how much may come out
 * @throws PlexError `invalid-response` when it is too large unpacked, or cannot be unpacked
 */
export async function unpackBody(response: RawResponse, limit: BodyLimit = defaultBodyLimit): Promise<Buffer> {
  const { statusCode, headers, body } = response;
  const encoding = (headers["content-encoding"] ?? "").trim().toLowerCase();
  if (body.length === 0 || encoding === "" || encoding === "identity") return body;
  const unpacker = Object.hasOwn(unpackers, encoding) ? unpackers[encoding] : undefined;
  if (!unpacker) throw invalidResponse("The answer is packed in a way that was not asked for.", statusCode);
  try {
    return await unpacker(body, { maxOutputLength: limit.size });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit, statusCode);
    throw invalidResponse("The packed answer is broken.", statusCode);
  }
}

/** What a body says, and which of both it is. */
export interface ParsedBody {
  readonly format: "json" | "xml";
  /** In the shape of Plex's JSON. */
  readonly document: unknown;
}

function parse(text: string): ParsedBody {
  if (text.startsWith("<")) return { format: "xml", document: parseXml(text) };
  return { format: "json", document: JSON.parse(text) };
}

/** What the answer says of its characters, in its header or in its XML declaration. */
function declaredCharset(body: Buffer, headers: IncomingHttpHeaders): string {
  const declaration = `${headers["content-type"] ?? ""} ${body.toString("latin1", 0, 100)}`;
  return /(?:charset|encoding)\s*=\s*["']?([\w-]+)/i.exec(declaration)?.[1] ?? "utf-8";
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** What a body says in a charset; undefined where it is neither whole JSON nor whole XML, or no text in that charset. */
function tryToParse(body: Buffer, decoder: TextDecoder): ParsedBody | undefined {
  try {
    return parse(decoder.decode(body).trim());
  } catch {
    return undefined;
  }
}

/** Charsets that servers and proxies declare may be wrong, or unknown. */
function makeDecoder(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

/**
 * What an unpacked body says; undefined where it is neither whole JSON nor whole XML. A body that is whole as UTF-8 is
 * that, whatever it declares; else a few spoiled letters are better than no answer.
 */
export function parseBody(body: Buffer, headers: IncomingHttpHeaders): ParsedBody | undefined {
  return (
    tryToParse(body, strictUtf8) ??
    tryToParse(body, makeDecoder(declaredCharset(body, headers))) ??
    tryToParse(body, new TextDecoder())
  );
}

/** An unpacked body as text: as UTF-8 where it is whole as that, else as what it declares. */
export function decodeBody(body: Buffer, headers: IncomingHttpHeaders): string {
  try {
    return strictUtf8.decode(body);
  } catch {
    return makeDecoder(declaredCharset(body, headers)).decode(body);
  }
}

/**
 * What an answer says, in the shape of Plex's JSON. JSON or XML is told by the text itself: proxies and old servers
 * send either under any content type.
 * @throws PlexError `invalid-response` when it is empty, broken off, too large unpacked, or neither
 */
export async function readBody(response: RawResponse): Promise<unknown> {
  const { statusCode, headers } = response;
  const unpacked = await unpackBody(response);
  if (unpacked.length === 0) throw invalidResponse(`The answer is empty (status ${statusCode}).`, statusCode);
  const parsed = parseBody(unpacked, headers);
  if (parsed) return parsed.document;
  throw invalidResponse("The answer is neither whole JSON nor whole XML.", statusCode);
}
