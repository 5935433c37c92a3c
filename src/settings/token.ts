import { notConfigured } from "../errors";
import { readPlainText, readText } from "./values";

/** What Plex puts before a token that was issued by `/security/token` or `/security/resources`. */
const transientPrefix = "transient-";

/** Whether this is a transient token: it can read, but not mint another one (seen on PMS 1.43.4: 403). */
export function isTransient(token: string): boolean {
  return token.startsWith(transientPrefix);
}

/** Whether this is a JWT, as plex.tv gives out: users report that servers answer it with 401. */
export function isJwt(token: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

/** Whether every character may stand in a header and none is white space: true of every token that Plex issues. For what a server gave. */
export function isHeaderSafe(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** What a token can hold, as far as any has been seen (letters, digits, `-`, `_`) or could be (RFC 3986, "unreserved"). */
const wellFormed = /^[\w.~-]+$/;

/** In a header, a command, JSON or an address, each with the quotes that go with it: all that stands in them counts. */
function extractToken(text: string): string {
  const found = /X-Plex-Token[\\"'`]*\s*[=:]\s*(?:[\\"'`]+([^\\"'`]*)|([^\\"'`\s&#,}]*))/i.exec(text);
  return found?.[1]?.trim() ?? found?.[2] ?? text;
}

/** Whether what was pasted is a claim token: it links a new server to an account, and opens nothing. */
export function isClaimToken(value: unknown): boolean {
  return extractToken(readPlainText(value)).startsWith("claim-");
}

/**
 * The token itself out of what was pasted: by itself, as `X-Plex-Token=…`, in quotes, or inside a header, JSON or an address
 * copied from Plex Web.
 * @throws PlexError `not-configured` when there is none, or it is none that a server could accept
 */
export function readToken(value: unknown): string {
  const text = readText(value, "token");
  const token = extractToken(text);
  if (token === "") throw notConfigured("There is no token.", "Enter an X-Plex-Token of this server.");
  if (isClaimToken(token)) {
    throw notConfigured(
      "The token is a claim token, which only links a new server to an account.",
      "Enter an X-Plex-Token instead.",
    );
  }
  if (!wellFormed.test(token)) {
    throw notConfigured(
      "The token holds a space or another character that no token has.",
      "Copy it once more, without anything around it.",
    );
  }
  return token;
}
