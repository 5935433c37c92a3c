import { invalidInput, type PlexError } from "../errors";

const maxLength = 256;
const identifier = /^(?:server|provider):\/\/[\x21-\x2e\x30-\x3e\x40-\x7e]+$/;

function explain(text: string): PlexError {
  if (text === "") {
    return invalidInput(
      "There is no source.",
      "Give server://<machineIdentifier> or provider://<provider identifier>.",
    );
  }
  if (/^https?:/i.test(text)) {
    return invalidInput(
      "The source is a web address.",
      "Give the machineIdentifier that the server shows at /identity, as server://<machineIdentifier>.",
    );
  }
  if (/^(?:server|provider):\/\/[^/]+\//.test(text)) {
    return invalidInput("The source goes on behind its identifier.", "Leave out the slash and what follows it.");
  }
  if (/^[0-9a-f]{32,}$/i.test(text)) {
    return invalidInput("The source is a bare identifier.", "Put server:// before it.");
  }
  if (/^tv\.plex\./.test(text)) {
    return invalidInput("The source is a bare provider identifier.", "Put provider:// before it.");
  }
  return invalidInput(
    "The source is neither server://… nor provider://….",
    "Give server://<machineIdentifier> for a server or provider://<provider identifier> for a cloud source.",
  );
}

/**
 * A source identifier: `server://<machineIdentifier>` or `provider://<provider identifier>`, the two forms that
 * Plex's documentation of `/security/resources` names. Surrounding space is forgiven.
 * @throws PlexError `invalid-input` for anything else, in words that fit what was given
 */
export function readSource(value: unknown): string {
  if (value !== undefined && value !== null && typeof value !== "string") {
    throw invalidInput(
      `The source is of type ${typeof value}, not text.`,
      "Point the node at the property that holds the identifier itself.",
    );
  }
  const text = (value ?? "").trim();
  if (text.length > maxLength || !identifier.test(text)) throw explain(text);
  return text;
}
