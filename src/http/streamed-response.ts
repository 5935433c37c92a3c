import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { type Abortable, type AbortLinks, ignoreAbort, onAbort } from "../abort";
import { cancelled, invalidResponse, type PlexError } from "../errors";
import { asPlexError } from "../own-fault";
import { connectionError, type Destination, streamEnded, streamSilent } from "./connection-errors";
import { statusError } from "./status-errors";

/** An answer without an end, as it comes from the HTTP library. */
export type ResponseStream = Readable & { readonly response?: IncomingMessage | undefined };

/** What to do with such an answer, and when to give it up. */
export interface StreamOptions {
  /** The head of the answer is there, and it is one of a stream. */
  readonly onOpen: () => void;
  readonly onData: (chunk: Buffer) => void;
  /** ms without a byte, before the head too, after which the stream counts as gone. */
  readonly silence: number;
  /** Each of them ends the stream with `cancelled`. */
  readonly signals: readonly AbortSignal[];
}

/** Where the answer is to be read, and what is told of it when it fails. */
export interface StreamContext {
  readonly destination: Destination;
  readonly url: string;
  readonly token: string;
}

/**
 * Content types are not insisted on, for documents and servers differ; but a page for people is no stream.
 * @throws PlexError
 */
function checkHead(statusCode: number, headers: IncomingHttpHeaders, { url, token }: StreamContext): void {
  if (statusCode < 200 || statusCode > 299) throw statusError(statusCode, headers, { url, token });
  const packed = !/^(?:identity)?$/i.test((headers["content-encoding"] ?? "").trim());
  if (statusCode !== 200 || packed || /^\s*text\/html\b/i.test(headers["content-type"] ?? "")) {
    throw invalidResponse("The answer is no stream of events.", statusCode);
  }
}

/** One answer without an end, until it has ended after all. */
class StreamedResponse implements Abortable {
  readonly #stream: ResponseStream;
  readonly #options: StreamOptions;
  readonly #context: StreamContext;
  readonly #reject: (error: PlexError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #links: AbortLinks;
  /** Whether its head has come, and was that of a stream. */
  #isOpen = false;
  /** Whether an interim answer (1xx) came. */
  #interim = false;
  #isOver = false;

  constructor(
    stream: ResponseStream,
    options: StreamOptions,
    context: StreamContext,
    reject: (error: PlexError) => void,
  ) {
    this.#stream = stream;
    this.#options = options;
    this.#context = context;
    this.#reject = reject;
    this.#timer = setTimeout(() => {
      this.#fail(streamSilent(options.silence));
    }, options.silence);
    this.#links = onAbort(options.signals, this);
    this.#listen();
  }

  /** Called when a signal aborts. */
  abort(): void {
    this.#fail(cancelled());
  }

  #listen(): void {
    this.#stream
      .once("response", ({ statusCode = 0, headers }: IncomingMessage) => {
        this.#guard(() => {
          checkHead(statusCode, headers, this.#context);
          this.#isOpen = true;
          this.#options.onOpen();
        });
      })
      .on("data", (chunk: Buffer) => {
        this.#guard(() => {
          this.#options.onData(chunk);
        });
      })
      .on("information", () => {
        this.#interim = true;
      })
      .once("upgrade", (_response: unknown, socket: { destroy: () => void }) => {
        this.#interim = true;
        socket.destroy();
        this.#end(undefined);
      })
      .on("error", (error) => {
        this.#end(error);
      })
      .once("end", () => {
        this.#end(undefined);
      })
      .once("close", () => {
        this.#end(undefined);
      });
  }

  /** What is thrown in an event handler would end the whole process. */
  #guard(run: () => void): void {
    if (this.#isOver) return;
    this.#timer.refresh();
    try {
      run();
    } catch (error) {
      this.#fail(asPlexError(error));
    }
  }

  #end(error: unknown): void {
    const { destination } = this.#context;
    this.#fail(this.#isOpen ? streamEnded() : connectionError(error ?? {}, destination, this.#interim));
  }

  #fail(error: PlexError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    ignoreAbort(this.#links);
    this.#stream.destroy();
    this.#reject(error);
  }
}

/**
 * Reads an answer that has no end.
 * @returns never: rejects with the PlexError that says how it ended after all. After its head every end of it is
 * `unreachable`, and silence `timeout`
 */
export function readStream(stream: ResponseStream, options: StreamOptions, context: StreamContext): Promise<never> {
  return new Promise((_resolve, reject) => {
    new StreamedResponse(stream, options, context, reject);
  });
}
