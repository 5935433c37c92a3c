import { invalidInput, PlexError } from "../../../src/errors";
import { describeFault } from "../../../src/own-fault";

/** Whatever was thrown while a message was worked with, as a PlexError that tells where it came up. */
export function asPlexError(error: unknown): PlexError {
  if (error instanceof PlexError) return error;
  return invalidInput(
    `The message could not be worked with (${describeFault(error)}).`,
    "Look with a debug node in front of this one whether one of its properties cannot be read or written; if it looks well, report this to the project.",
  );
}
