import { parser as createParser, type SAXOptions } from "sax";

/** Only the five entities that XML itself defines, and not HTML's. */
const options: SAXOptions & { strictEntities: boolean } = { strictEntities: true };

/** An element in the shape of Plex's JSON: attributes as text, children as arrays under their names. */
export interface XmlElement {
  [name: string]: string | XmlElement[];
}

/** Without a prototype, so that no name in a document can reach one. */
function createElement(): XmlElement {
  return Object.create(null) as XmlElement;
}

/**
 * Reads an XML document: `<a b="1"><c/></a>` becomes `{a: [{b: "1", c: [{}]}]}`. Text between tags is left out, for
 * Plex sends none. The five predefined and the numeric entities are decoded, declared ones are not.
 * @throws Error when the document is not well-formed
 */
export function parseXml(text: string): XmlElement {
  const parser = createParser(true, options);
  const root = createElement();
  const path = [root];
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const element = Object.assign(createElement(), attributes) as XmlElement;
    const siblings = path.at(-1)?.[name];
    const parent = path.at(-1);
    if (Array.isArray(siblings)) siblings.push(element);
    else if (parent) parent[name] = [element];
    path.push(element);
  };
  parser.onclosetag = () => {
    path.pop();
  };
  parser.write(text).close();
  return root;
}
