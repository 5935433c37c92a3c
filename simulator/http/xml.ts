/** An object of a Plex reply: plain values become XML attributes, objects and arrays become child elements. */
export interface PlexObject {
  readonly [key: string]: PlexValue;
}
type PlexValue = string | number | boolean | null | undefined | PlexObject | readonly PlexObject[];

/** Renders an object as Plex renders the XML form of its JSON replies. */
export function toXml(name: string, object: PlexObject): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, object)}\n`;
}

function element(name: string, object: PlexObject): string {
  let attributes = "";
  let children = "";
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    if (value === null) attributes += ` ${key}=""`;
    else if (typeof value !== "object") attributes += ` ${key}="${escape(plain(value))}"`;
    else for (const child of childrenOf(value)) children += element(key, child);
  }
  return `<${name}${attributes}>${children}</${name}>`;
}

function childrenOf(value: PlexObject | readonly PlexObject[]): readonly PlexObject[] {
  return isList(value) ? value : [value];
}

function isList(value: PlexObject | readonly PlexObject[]): value is readonly PlexObject[] {
  return Array.isArray(value);
}

function plain(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
