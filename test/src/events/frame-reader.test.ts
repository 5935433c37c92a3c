import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { createFrameReader } from "../../../src/events/stream/frame-reader";

type Frame = readonly [string | undefined, string];

/** What a reader makes of these chunks. */
function read(chunks: readonly Buffer[], limit?: number): Frame[] {
  const frames: Frame[] = [];
  const feed = createFrameReader((event, data) => frames.push([event, data]), limit);
  for (const chunk of chunks) feed(chunk);
  return frames;
}

const bytes = (text: string) => Buffer.from(text, "utf8");
const stream =
  ': a comment\n\nevent: ping\ndata: {}\n\nevent: playing\r\ndata: {"title":"Ä 🎬 日本"}\r\n\r\nretry: 10\nid: 1\ndata: un\ndata: named\n\n';
const frames: Frame[] = [
  ["ping", "{}"],
  ["playing", '{"title":"Ä 🎬 日本"}'],
  [undefined, "un\nnamed"],
];

describe("the frames of a stream", () => {
  it("are the same wherever it is split", () => {
    const whole = bytes(stream);
    assert.deepEqual(read([whole]), frames);
    for (let at = 0; at <= whole.length; at += 1) {
      assert.deepEqual(read([whole.subarray(0, at), whole.subarray(at)]), frames, `split at ${at}`);
    }
    assert.deepEqual(read([...whole].map((byte) => Buffer.from([byte]))), frames);
  });

  it("are told once they are whole", () => {
    assert.deepEqual(read([bytes("event: playing\ndata: {}\n")]), []);
    assert.deepEqual(read([bytes("event: playing\ndata: {}\n"), bytes("\n")]), [["playing", "{}"]]);
  });

  it("are left out where they are too long, and those after them are read", () => {
    const limit = 1_000;
    const long = "x".repeat(3 * limit);
    for (const end of ["\n", "\r\n"]) {
      for (const tooLong of [`data: ${long}`, `event: a${end}data: ${long}`, `data: 1${end}`.repeat(limit), long]) {
        const text = `data: before${end}${end}${tooLong}${end}${end}event: after${end}data: 2${end}${end}`;
        for (const size of [1, 7, 999, 1_001, 100_000]) {
          const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
            bytes(text.slice(index * size, (index + 1) * size)),
          );
          const told = read(chunks, limit).filter(([, data]) => data.length < limit);
          assert.deepEqual(
            [told[0], told.at(-1)],
            [
              [undefined, "before"],
              ["after", "2"],
            ],
            JSON.stringify([end, tooLong.slice(0, 20), size]),
          );
          assert.ok(told.length <= 3);
        }
      }
    }
  });

  it("are read after one that became too long with the end of a line", () => {
    const half = `data: ${"x".repeat(600)}`;
    for (const end of ["\n", "\r\n"]) {
      const chunks = [`${half}${end}`, `${half}${end}`, `${end}event: after${end}data: 2${end}${end}`];
      assert.deepEqual(read(chunks.map(bytes), 1_000), [["after", "2"]], JSON.stringify(end));
    }
  });

  it("keep nothing of a frame that never ends", () => {
    const feed = createFrameReader(() => assert.fail("no frame"), 1_000);
    const chunk = bytes("y".repeat(64 * 1024));
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 2_000; count += 1) feed(chunk);
    assert.ok(process.memoryUsage().heapUsed - before < 64 * 1024 * 1024);
  });

  it("never throw, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 }), (chunks) => {
        read(
          chunks.map((chunk) => Buffer.from(chunk)),
          40,
        );
      }),
      { numRuns: 1_000 },
    );
    const pieces = fc.constantFrom(
      "data: ",
      "event: a",
      "\n",
      "\r",
      "\r\n",
      "\n\n",
      ":",
      "x".repeat(30),
      "id: 1",
      "retry: x",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (texts) => {
        for (const [, data] of read(texts.map(bytes), 40)) assert.ok(data.length <= 40);
      }),
      { numRuns: 2_000 },
    );
  });
});
