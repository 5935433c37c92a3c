import { invalidResponse } from "../errors";
import { type Fields, isFields, readList } from "./fields";

/** The MediaContainer that every answer of a Plex Media Server is wrapped in. @throws PlexError `invalid-response` */
export function readContainer(document: unknown): Fields {
  const container = isFields(document) ? readList(document.MediaContainer)[0] : undefined;
  if (container) return container;
  throw invalidResponse("The answer is not one of a Plex Media Server: it has no MediaContainer.", 200);
}
