/** No server, with the proxies in front of it, decodes an address more often. */
const mostLayers = 8;

/** Every percent-encoded byte that is a character of ASCII by itself, decoded. */
function decodeAscii(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/**
 * A text as it stands, and as whoever decodes it once, twice or more often sees it. A `%` that begins no code stays.
 * Letters beyond ASCII stay encoded.
 */
export function layersOf(text: string): string[] {
  const layers = [text];
  for (let next = decodeAscii(text); next !== layers.at(-1) && layers.length < mostLayers; next = decodeAscii(next)) {
    layers.push(next);
  }
  return layers;
}

/** The text with every percent-encoded letter decoded once. @throws URIError where what is encoded is no UTF-8 */
export function decodeLetters(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodeURIComponent(run));
}

/** Whether a text has half of a character in it, which no address can carry. */
export function isHalved(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** Whether a text names the parameter that carries a token, in any letter case and however often it is encoded. */
export function namesToken(text: string): boolean {
  return layersOf(text).some((layer) => /x-plex-token/i.test(layer));
}

/** Encodes a name or value of a query. The apostrophe would be encoded later, by the parser of addresses. */
export function encodeValue(text: string): string {
  return encodeURIComponent(text).replaceAll("'", "%27");
}

/** Encodes what may not stand in an address, and leaves what is encoded already. */
export function encodeRest(text: string): string {
  const pieces = text.split(/(%[0-9a-f]{2})/i);
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : encodeURI(piece))).join("");
}
