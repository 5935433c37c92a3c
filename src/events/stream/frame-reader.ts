import { createParser } from "eventsource-parser";

/** The longest frame, in characters, that is read; a real one has a few hundred, a few thousand at most. */
export const maxFrameSize = 1024 * 1024;

/** Told of one frame: the event's name, where it has one, and its data. */
export type OnFrame = (event: string | undefined, data: string) => void;

/** An empty line, by which a frame ends, in each of the spellings of the standard. */
const frameEnd = /\r\n\r\n|\n\n|\r\r/;

/**
 * A function that takes a stream of events in chunks, split anywhere, in letters too, and tells of each whole frame. A
 * frame that is too long is left out, and what follows it is read.
 */
export function createFrameReader(onFrame: OnFrame, limit = maxFrameSize): (chunk: Buffer) => void {
  const decoder = new TextDecoder();
  /** The end of what was left out so far of a frame that is too long; null outside of one. */
  let skipped: string | null = null;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (data.length <= limit) onFrame(event, data);
    },
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded") skipped = "";
    },
    maxBufferSize: limit,
  });
  /** What follows the frame that is too long, "" while it goes on. */
  const afterSkipped = (text: string): string => {
    if (skipped === null) return text;
    const all = skipped + text;
    const end = frameEnd.exec(all);
    skipped = end ? null : all.slice(-3);
    return end ? all.slice(end.index + end[0].length) : "";
  };
  return (chunk) => {
    const text = afterSkipped(decoder.decode(chunk, { stream: true }));
    if (text === "") return;
    parser.feed(text);
    if (skipped === null) return;
    parser.reset();
    // The chunk that was one too many may end with the end of a line.
    skipped = text.slice(-3);
  };
}
