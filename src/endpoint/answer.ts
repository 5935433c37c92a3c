import { isFields } from "../answers";
import { invalidResponse } from "../errors";
import { type BodyLimit, decodeBody, type ParsedBody, parseBody, type RawResponse, unpackBody } from "../http";
import { readContent } from "./content";

/** What is made of an answer: the content of its JSON or XML, its text, or its bytes. */
export const answerTypes = ["json", "text", "buffer"] as const;

export type AnswerType = (typeof answerTypes)[number];

/** More than a page of any list, and far from what a small computer can hold. */
export const bodyLimit: BodyLimit = {
  size: 16 * 1024 * 1024,
  hint: "Ask for it in pages: turn on all, or give X-Plex-Container-Start and X-Plex-Container-Size in the query.",
};

/** Whether XML is a web page: that of a login, or of another program. */
function isWebPage({ format, document }: ParsedBody): boolean {
  return format === "xml" && isFields(document) && Object.keys(document).some((name) => /^html$/i.test(name));
}

async function readJson(response: RawResponse, isFromPlayer: boolean): Promise<unknown> {
  const { statusCode, headers } = response;
  const body = await unpackBody(response, bodyLimit);
  const parsed = parseBody(body, headers);
  if (parsed && !isWebPage(parsed)) return readContent(parsed.document);
  const text = decodeBody(body, headers);
  if (text.trim() === "") return null;
  if (isFromPlayer) return text;
  throw invalidResponse(
    parsed ? "The answer is a web page." : "The answer is neither whole JSON nor whole XML.",
    statusCode,
  );
}

/**
 * What an answer says: with `json` null where it is empty, and the text of a player that answers neither JSON nor XML;
 * with `text` and `buffer` as it came, unpacked.
 * @throws PlexError `invalid-response` when it is larger than 16 MiB, cannot be unpacked, or is not what was asked for
 */
export async function readAnswer(response: RawResponse, type: AnswerType, isFromPlayer: boolean): Promise<unknown> {
  if (type === "json") return readJson(response, isFromPlayer);
  const body = await unpackBody(response, bodyLimit);
  return type === "text" ? decodeBody(body, response.headers) : body;
}
