import { Agent } from "node:http";
import { Duplex } from "node:stream";

/** As much of a socket as an HTTP client touches; answers whatever is written to it, and leads nowhere. */
class OfflineSocket extends Duplex {
  readonly #answer: string;

  constructor(answer: string) {
    super();
    this.#answer = answer;
  }

  override _read(): void {
    // It is pushed when a request has come.
  }

  override _write(_chunk: unknown, _encoding: BufferEncoding, written: () => void): void {
    this.push(this.#answer);
    written();
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** An agent that opens no connection: each request gets this JSON as its answer, with status 200. */
export function createOfflineAgent(json: string): Agent {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return Object.assign(agent, { createConnection: () => new OfflineSocket(`${head}\r\n\r\n${json}`) });
}
