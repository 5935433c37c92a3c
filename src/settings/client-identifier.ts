import { notConfigured } from "../errors";
import { isHeaderSafe } from "./token";
import { readText } from "./values";

/** `X-Plex-Client-Identifier`. @throws PlexError `not-configured` when it is missing or no header can carry it */
export function readClientIdentifier(value: unknown): string {
  const identifier = readText(value, "client identifier");
  if (isHeaderSafe(identifier)) return identifier;
  throw notConfigured(
    "The client identifier is missing or holds a character that none can have.",
    "Open the plex-config node and press Update: a missing one is made then.",
  );
}
