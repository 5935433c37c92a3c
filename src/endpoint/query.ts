import { invalidInput, PlexError } from "../errors";
import { encodeValue, isHalved, namesToken } from "./percent";

function refuse(what: string, hint: string): never {
  throw invalidInput(what, hint);
}

/** Objects of a function node come from another realm, whose Object is not ours. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function encode(text: string): string {
  if (!isHalved(text)) return encodeValue(text);
  return refuse("The query holds half of a character.", "See where its text is cut in two, and cut it elsewhere.");
}

/** A value as text, undefined where it is to be left out. */
function readValue(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return refuse(
    "The query holds a value that no address can carry.",
    "Give text, numbers, true or false, or lists of these; leave out a name by null.",
  );
}

function encodePairs(query: Record<string, unknown>): string[] {
  return Object.entries(query).flatMap(([name, value]) => {
    if (namesToken(name)) {
      refuse("The query holds an X-Plex-Token.", "Leave it out: the token is added for you, and not to the address.");
    }
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const texts = values.map(readValue).filter((text) => text !== undefined);
    return texts.map((text) => `${encode(name)}=${encode(text)}`);
  });
}

/**
 * A query as it stands behind the `?`, "" where there is none: text and numbers as they are, true and false as 1 and 0, a
 * list as its name repeated, null and undefined left out. A space becomes `%20` and a plus `%2B`, which mean the same to
 * every reader of addresses.
 * @param value an object, or undefined or null for none
 * @throws PlexError `invalid-input` for anything else, for a value that is none of these, and for a name X-Plex-Token
 */
export function readQuery(value: unknown): string {
  try {
    if (value === undefined || value === null) return "";
    if (isPlain(value)) return encodePairs(value).join("&");
  } catch (error) {
    if (error instanceof PlexError) throw error;
    // A getter or a proxy of the flow threw: nothing of it is shown.
    return refuse("The query cannot be read.", 'Build it as a plain object, such as {"query": "Alien"}.');
  }
  return refuse("The query is not an object.", 'Give names and values, such as {"query": "Alien"}.');
}
