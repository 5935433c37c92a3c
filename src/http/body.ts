import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { invalidResponse } from "../errors";
import { tooLarge } from "./connection-errors";
import { maxBodySize, type RawResponse } from "./request";
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

async function unpack({ statusCode, headers, body }: RawResponse): Promise<Buffer> {
  const encoding = (headers["content-encoding"] ?? "").trim().toLowerCase();
  if (encoding === "" || encoding === "identity") return body;
  const unpacker = Object.hasOwn(unpackers, encoding) ? unpackers[encoding] : undefined;
  if (!unpacker) throw invalidResponse("The answer is packed in a way that was not asked for.", statusCode);
  try {
    return await unpacker(body, { maxOutputLength: maxBodySize });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(statusCode);
    throw invalidResponse("The packed answer is broken.", statusCode);
  }
}

function parse(text: string): unknown {
  return text.startsWith("<") ? parseXml(text) : JSON.parse(text);
}

/** What the answer says of its characters, in its header or in its XML declaration. */
function declaredCharset(body: Buffer, headers: IncomingHttpHeaders): string {
  const declaration = `${headers["content-type"] ?? ""} ${body.toString("latin1", 0, 100)}`;
  return /(?:charset|encoding)\s*=\s*["']?([\w-]+)/i.exec(declaration)?.[1] ?? "utf-8";
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** What a body says in a charset; undefined where it is neither whole JSON nor whole XML, or no text in that charset. */
function tryToParse(body: Buffer, decoder: TextDecoder): { readonly document: unknown } | undefined {
  try {
    return { document: parse(decoder.decode(body).trim()) };
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
 * What an answer says, in the shape of Plex's JSON. JSON or XML is told by the text itself: proxies and old servers
 * send either under any content type.
 * @throws PlexError `invalid-response` when it is empty, broken off, too large unpacked, or neither
 */
export async function readBody(response: RawResponse): Promise<unknown> {
  const { statusCode, headers } = response;
  const unpacked = await unpack(response);
  if (unpacked.length === 0) throw invalidResponse(`The answer is empty (status ${statusCode}).`, statusCode);
  // A body that is whole as UTF-8 is that, whatever it declares; else a few spoiled letters are better than no answer.
  const parsed =
    tryToParse(unpacked, strictUtf8) ??
    tryToParse(unpacked, makeDecoder(declaredCharset(unpacked, headers))) ??
    tryToParse(unpacked, new TextDecoder());
  if (parsed) return parsed.document;
  throw invalidResponse("The answer is neither whole JSON nor whole XML.", statusCode);
}
