import { invalidInput } from "../errors";
import { decodeLetters, encodeRest, isHalved, layersOf, namesToken } from "./percent";

const example = "/library/sections";
const useQuery = "put the text into the query, where it is encoded for you.";

/** What a path may not have: seen in it as it stands, and in all that decoding makes of it. */
interface Rule {
  /** Whether it holds for the query behind the path too. */
  readonly everywhere: boolean;
  readonly isBroken: (text: string) => boolean;
  readonly what: string;
  readonly hint: string;
}

const rules: readonly Rule[] = [
  {
    everywhere: true,
    isBroken: namesToken,
    what: "The path holds an X-Plex-Token.",
    hint: "Leave it out: the token is added for you, and not to the address.",
  },
  {
    everywhere: true,
    isBroken: (text) => /\p{Control}/u.test(text),
    what: "The path holds a control character, such as a line break.",
    hint: `Remove it, or ${useQuery}`,
  },
  {
    everywhere: true,
    isBroken: (text) => text.includes("\\"),
    what: "The path holds a backslash.",
    hint: `Part it with /, or ${useQuery}`,
  },
  {
    everywhere: true,
    isBroken: (text) => text.includes("#"),
    what: "The path holds a fragment, which begins with # and is never sent.",
    hint: `Remove it, or ${useQuery}`,
  },
  {
    everywhere: false,
    isBroken: (text) => text.startsWith("//") || /^\/[a-z][a-z\d+.-]*:\/\//i.test(text),
    what: "The path leads to a host of its own.",
    hint: `Begin it with one slash, such as ${example}, and choose the server in the plex-config node.`,
  },
  {
    everywhere: false,
    isBroken: (text) => text.split("/").includes(".."),
    what: 'The path leads upwards with "..", out of the server\'s own paths.',
    hint: `Give it whole, from the server URL on, such as ${example}.`,
  },
];

function refuse({ what, hint }: Pick<Rule, "what" | "hint">): never {
  throw invalidInput(what, hint);
}

function checkStart(path: string): void {
  if (path === "") refuse({ what: "There is no path.", hint: `Give one, such as ${example}.` });
  if (/^[a-z][a-z\d+.-]*:/i.test(path)) {
    refuse({
      what: "The path is a whole address.",
      hint: `Give what follows the host alone, such as ${example}, and choose the server in the plex-config node.`,
    });
  }
  if (!path.startsWith("/")) {
    refuse({ what: "The path does not begin with a slash.", hint: `Begin it with one, such as ${example}.` });
  }
}

function decode(text: string): string {
  try {
    return decodeLetters(text);
  } catch {
    return refuse({
      what: "The path holds percent-encoded bytes that are no text.",
      hint: "Give it as plain text: what has to be encoded is encoded for you.",
    });
  }
}

function checkRules(path: string): void {
  const [part = ""] = path.split("?", 1);
  const whole = [path, ...layersOf(decode(path))];
  const parts = [part, ...layersOf(decode(part))];
  for (const rule of rules) if ((rule.everywhere ? whole : parts).some(rule.isBroken)) refuse(rule);
}

/**
 * A path of a server, which may have a query: encoded, and safe to be put behind the server's base URL, whose host and
 * base path stay what they are. What is encoded already stays as it is, and a `.` between slashes goes.
 * @param value such as `/library/sections` or `/hubs/search?query=Alien`
 * @throws PlexError `invalid-input` for anything but text that begins with one slash, and for a scheme, a host, `..`, a
 * backslash, a fragment, a control character, half of a character or an X-Plex-Token in it, encoded or not
 */
export function readPath(value: unknown): string {
  if (value !== undefined && value !== null && typeof value !== "string") {
    refuse({
      what: `The path is of type ${typeof value}, not text.`,
      hint: "Point the node at the property that holds the path itself.",
    });
  }
  const path = value ?? "";
  if (isHalved(path)) {
    refuse({
      what: "The path holds half of a character.",
      hint: "See where its text is cut in two, and cut it elsewhere.",
    });
  }
  checkStart(path);
  checkRules(path);
  // What the parser of addresses makes of it later is made of it here, where it can be looked at.
  const { pathname, search } = new URL(`http://localhost${encodeRest(path)}`);
  checkRules(pathname + search);
  return pathname + search;
}
