import { dirname, sep } from "node:path";
import { PlexError } from "./errors";

const root = dirname(__dirname) + sep;

/** As much of a place in this package as can be told: its folders are ours, and in none is a name from outside. */
const place = /^(?:[\w-]+\/)*[\w.-]+:\d+/;

/** What is thrown is anything at all, and reading it may throw too. */
function read(thrown: unknown, property: "name" | "code" | "message" | "stack"): string {
  try {
    const value = (thrown as Record<string, unknown> | null | undefined)?.[property];
    return typeof value === "string" ? value : "";
  } catch {
    return "";
  }
}

/** The first file and line of this package in the stack; the text of the error, which stands before it, is passed over. */
function findPlace(thrown: unknown): string | undefined {
  const [stack, message] = [read(thrown, "stack"), read(thrown, "message")];
  const frames = stack.slice(stack.indexOf(message) + message.length).split("\n");
  for (const frame of frames) {
    if (!frame.startsWith("    at ") || !frame.includes(root)) continue;
    const file = frame.slice(frame.indexOf(root) + root.length).replaceAll("\\", "/");
    if (!file.startsWith("node_modules/")) return place.exec(file)?.[0];
  }
  return undefined;
}

/**
 * What can be told of an error that nobody foresaw: its name, its code and where it comes from in this package, such as
 * `TypeError, src/http/body.js:42`. Its text is not: it may quote what was sent or answered.
 */
export function describeFault(thrown: unknown): string {
  const [name, code] = [read(thrown, "name"), read(thrown, "code")];
  const named = /^[A-Z]\w{0,40}$/.test(name) ? name : "Error";
  const coded = /^[A-Z][A-Z\d_]{1,60}$/.test(code) ? `${named} ${code}` : named;
  const where = findPlace(thrown);
  return where === undefined ? coded : `${coded}, ${where}`;
}

/** Whatever was thrown, as a PlexError: one that tells where to look, where nobody foresaw it. */
export function asPlexError(thrown: unknown): PlexError {
  if (thrown instanceof PlexError) return thrown;
  return new PlexError({
    code: "invalid-response",
    what: `Something went wrong inside node-red-contrib-plex-access (${describeFault(thrown)}).`,
    hint: "Report it to the project with this place and the versions of Node-RED and Plex Media Server.",
    detail: "own-fault",
  });
}

/** A package that this one needs is missing or broken. */
export function cannotLoad(library: string, thrown: unknown): PlexError {
  return new PlexError({
    code: "invalid-response",
    what: `The package ${library}, which node-red-contrib-plex-access needs, cannot be loaded (${describeFault(thrown)}).`,
    hint: "Install node-red-contrib-plex-access again in Node-RED's user directory, and restart Node-RED.",
    detail: "own-fault",
  });
}
