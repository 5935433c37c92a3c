import { isFields } from "../answers";

/**
 * What an answer tells: the content of its `MediaContainer`, or the whole document where there is none.
 * @param document JSON, or XML in the same form, where an element is a list of one
 */
export function readContent(document: unknown): unknown {
  if (!isFields(document) || !Object.hasOwn(document, "MediaContainer")) return document;
  const container = document.MediaContainer;
  const content: unknown = Array.isArray(container) && container.length === 1 ? container[0] : container;
  return isFields(content) ? content : document;
}
