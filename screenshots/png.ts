import { crc32, deflateSync, inflateSync } from "node:zlib";

const signatureLength = 8;
/** Of a chunk: its length and its type before its data, its checksum behind it. */
const [head, tail] = [8, 4];
const mostColours = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Of each pixel, 0xrrggbb, row after row. */
  readonly colours: Uint32Array;
}

function readChunks(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = signatureLength; at < png.length;) {
    const end = at + head + png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + head);
    chunks.set(type, Buffer.concat([chunks.get(type) ?? Buffer.alloc(0), png.subarray(at + head, end)]));
    at = end + tail;
  }
  return chunks;
}

/** What a PNG's filters take a byte for: the one on its left, above it, or a mixture. */
function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const sum = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(sum - left), Math.abs(sum - above), Math.abs(sum - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** @throws Error for anything but 8 bits of red, green and blue, with or without alpha: what browsers write */
function decode(png: Buffer): Pixels {
  const chunks = readChunks(png);
  const header = chunks.get("IHDR") ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const size = { 2: 3, 6: 4 }[header[9] ?? 0];
  if (size === undefined || header[8] !== 8 || header[12] !== 0) throw new Error("This is not a browser's picture.");
  const packed = inflateSync(chunks.get("IDAT") ?? Buffer.alloc(0));
  const length = width * size;
  const colours = new Uint32Array(width * height);
  let above = Buffer.alloc(length);
  for (let row = 0; row < height; row += 1) {
    const start = row * (length + 1);
    const line = Buffer.from(packed.subarray(start + 1, start + 1 + length));
    for (let at = 0; at < length; at += 1) {
      const corner = at < size ? 0 : (above[at - size] ?? 0);
      const guess = predict(packed[start] ?? 0, at < size ? 0 : (line[at - size] ?? 0), above[at] ?? 0, corner);
      line[at] = ((line[at] ?? 0) + guess) & 255;
    }
    for (let at = 0; at < width; at += 1) colours[row * width + at] = line.readUIntBE(at * size, 3);
    above = line;
  }
  return { width, height, colours };
}

function distance(one: number, other: number): number {
  const channels = [16, 8, 0].map((shift) => ((one >> shift) & 255) - ((other >> shift) & 255));
  return channels.reduce((sum, difference) => sum + difference * difference, 0);
}

/** The colours that are used most, and for every colour the place of the nearest of them. */
function choosePalette(colours: Uint32Array): { palette: number[]; places: Map<number, number> } {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const byUse = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const palette = byUse.slice(0, mostColours);
  const places = new Map(palette.map((colour, place) => [colour, place]));
  for (const colour of byUse.slice(mostColours)) {
    const distances = palette.map((each) => distance(each, colour));
    places.set(colour, distances.indexOf(Math.min(...distances)));
  }
  return { palette, places };
}

function writeChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(typed.length + head);
  framed.writeUInt32BE(data.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), 4 + typed.length);
  return framed;
}

/** A browser's picture with a palette of its own: less than half of the bytes, and the eye sees no difference. */
export function shrink(png: Buffer): Buffer {
  const { width, height, colours } = decode(png);
  const { palette, places } = choosePalette(colours);
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const rows = Buffer.alloc((width + 1) * height);
  colours.forEach((colour, at) => {
    rows[at + Math.floor(at / width) + 1] = places.get(colour) ?? 0;
  });
  return Buffer.concat([
    png.subarray(0, signatureLength),
    writeChunk("IHDR", header),
    writeChunk("PLTE", Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))),
    writeChunk("IDAT", deflateSync(rows, { level: 9 })),
    writeChunk("IEND", Buffer.alloc(0)),
  ]);
}
