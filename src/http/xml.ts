import { parser as createParser, type SAXOptions } from "sax";

/** Only the five entities that XML itself defines, and not HTML's. */
const options: SAXOptions & { strictEntities: boolean } = { strictEntities: true };

/** An element in the shape of Plex's JSON: attributes as text, children as arrays under their names. */
export interface XmlElement {
  [name: string]: string | XmlElement[];
}

/** Puts a property of its own onto an element: by assignment, `__proto__` would reach the prototype. */
function setOwn(element: XmlElement, name: string, value: string | XmlElement[]): void {
  if (name !== "__proto__") element[name] = value;
  else Object.defineProperty(element, name, { value, configurable: true, enumerable: true, writable: true });
}

function createElement(attributes: Readonly<Record<string, unknown>>): XmlElement {
  const element: XmlElement = {};
  for (const [name, value] of Object.entries(attributes)) setOwn(element, name, String(value));
  return element;
}

function addChild(parent: XmlElement, name: string, child: XmlElement): void {
  const siblings = Object.hasOwn(parent, name) ? parent[name] : undefined;
  if (Array.isArray(siblings)) siblings.push(child);
  else setOwn(parent, name, [child]);
}

/**
 * Reads an XML document: `<a b="1"><c/></a>` becomes `{a: [{b: "1", c: [{}]}]}`. Text between tags is left out, for
 * Plex sends none. The five predefined and the numeric entities are decoded, declared ones are not.
 * @throws Error when the document is not well-formed
 */
export function parseXml(text: string): XmlElement {
  const parser = createParser(true, options);
  const root: XmlElement = {};
  const path = [root];
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const element = createElement(attributes);
    const parent = path.at(-1);
    if (parent) addChild(parent, name, element);
    path.push(element);
  };
  parser.onclosetag = () => {
    path.pop();
  };
  parser.write(text).close();
  return root;
}
