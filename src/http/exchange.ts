import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Abortable, type AbortLinks, ignoreAbort, onAbort } from "../abort";
import { cancelled, type PlexError } from "../errors";
import { type BodyLimit, connectionError, type Destination, timedOut, tooLarge } from "./connection-errors";

/** How much of an answer is read, as it comes and unpacked: a larger one is an error. */
export const defaultBodyLimit: BodyLimit = { size: 1024 * 1024 };

/** An answer as it came: any status, the body not yet unpacked or decoded. */
export interface RawResponse {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The server had closed the kept-alive connection before the request reached it: no answer, and no failure either. */
export const stale = Symbol("stale");

/** How an exchange ends where it does not fail. */
export type Outcome = RawResponse | typeof stale;

/** How long an exchange may take, and how much may come. */
export interface ExchangeOptions {
  /** 1 MiB unless given. */
  readonly bodyLimit?: BodyLimit | undefined;
  /** The moment of `performance.now()`, which nobody sets, at which the attempt that this request serves is over. */
  readonly deadline: number;
  /** Each of them ends the request with `cancelled`. */
  readonly signals: readonly AbortSignal[];
}

/** What the HTTP library gives: the body as a stream, and the head of the answer once it is there. */
interface ResponseStream extends Duplex {
  readonly reusedSocket?: boolean | undefined;
  readonly response?: Pick<IncomingMessage, "statusCode" | "headers"> | undefined;
}

/** One request on its way, until its whole answer is there or it has failed. */
export class Exchange implements Abortable {
  readonly #stream: ResponseStream;
  readonly #destination: Destination;
  readonly #bodyLimit: BodyLimit;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #reject: (error: PlexError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #links: AbortLinks;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  /** Whether an interim answer (1xx) came. */
  #interim = false;
  #isOver = false;

  constructor(
    stream: ResponseStream,
    { deadline, signals, bodyLimit = defaultBodyLimit }: ExchangeOptions,
    destination: Destination,
    [resolve, reject]: readonly [(outcome: Outcome) => void, (error: PlexError) => void],
  ) {
    this.#stream = stream;
    this.#destination = destination;
    this.#bodyLimit = bodyLimit;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => {
      this.#fail(timedOut(destination));
    }, deadline - performance.now());
    this.#links = onAbort(signals, this);
    this.#listen();
  }

  /** Called when a signal aborts. */
  abort(): void {
    this.#fail(cancelled());
  }

  #listen(): void {
    this.#stream
      .on("data", (chunk: Buffer) => {
        this.#size += chunk.length;
        if (this.#size <= this.#bodyLimit.size) this.#chunks.push(chunk);
        else this.#succeed();
      })
      .once("end", () => {
        this.#succeed();
      })
      .on("error", (error) => {
        this.#failWith(error);
      })
      .once("close", () => {
        this.#failWith(undefined);
      })
      .on("information", () => {
        this.#interim = true;
      })
      .once("upgrade", (_response: unknown, socket: Socket) => {
        this.#interim = true;
        socket.destroy();
        this.#failWith(undefined);
      });
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    ignoreAbort(this.#links);
    this.#stream.destroy();
  }

  #succeed(): void {
    if (this.#isOver) return;
    this.#end();
    const { statusCode = 0, headers } = this.#stream.response ?? { headers: {} };
    const [first, second] = this.#chunks;
    // Where the status tells of a failure, what the body tells does not matter.
    if (this.#size > this.#bodyLimit.size && statusCode < 300) this.#reject(tooLarge(this.#bodyLimit, statusCode));
    else this.#resolve({ statusCode, headers, body: first && !second ? first : Buffer.concat(this.#chunks) });
  }

  #fail(error: PlexError): void {
    if (this.#isOver) return;
    this.#end();
    this.#reject(error);
  }

  /** Fails with what Node.js or the HTTP library threw, or with nothing where the connection just ended. */
  #failWith(error: NodeJS.ErrnoException | undefined): void {
    if (this.#isOver) return;
    if (!this.#isStale(error)) {
      this.#fail(connectionError(error ?? {}, this.#destination, this.#interim));
      return;
    }
    this.#end();
    this.#resolve(stale);
  }

  #isStale(error: NodeJS.ErrnoException | undefined): boolean {
    if (!this.#stream.reusedSocket || this.#interim || this.#stream.response) return false;
    return error?.code === "ECONNRESET" || error?.code === "EPIPE";
  }
}
