import { afterEach } from "mocha";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { faults, type Fault, type RecordedRequest, type TlsKeyPair } from "../../simulator";

/** A request with all that was in it. */
export interface WholeRequest extends Pick<
  RecordedRequest,
  "method" | "url" | "path" | "query" | "headers" | "rawHeaders"
> {
  /** What had come of the body when the answer was made. */
  readonly body: string;
}

/** Where a recording server listens, and how. */
export interface RecordingOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  readonly tls?: TlsKeyPair;
}

/** What a Plex Media Server tells at `/identity`. */
export function identityOf(machineIdentifier: string): Fault {
  return faults.json({ MediaContainer: { size: 0, claimed: true, machineIdentifier, version: "1.43.4.10903" } });
}

/** An answer that comes so many ms later. */
export function later(ms: number, answer: Fault): Fault {
  return (req, res, proceed) => {
    faults.delay(ms)(req, res, () => {
      answer(req, res, proceed);
    });
  };
}

/**
 * A server that keeps everything it is sent, down to the last byte, for tests that look for secrets; what it answers is
 * up to the test.
 */
export class RecordingServer {
  readonly requests: WholeRequest[] = [];
  /** How many connections there were. */
  accepted = 0;
  answer: Fault = faults.status(404);
  readonly #bytes: Buffer[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #options: RecordingOptions;

  private constructor(options: RecordingOptions) {
    this.#options = options;
    const listener: RequestListener = (req, res) => {
      this.#take(req, res);
    };
    this.#server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
    this.#server.on("connection", (socket: Socket) => {
      this.accepted += 1;
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    // Behind TLS, what was sent can only be read on the socket on top of it.
    this.#server.on(options.tls ? "secureConnection" : "connection", (socket: Socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (bytes: Buffer) => this.#bytes.push(bytes));
    });
  }

  /** Starts one on a free port; it answers 404 until told otherwise. */
  static async start(answer?: Fault, options: RecordingOptions = {}): Promise<RecordingServer> {
    const server = new RecordingServer(options);
    if (answer) server.answer = answer;
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen(0, options.host ?? "127.0.0.1", resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    const { host = "127.0.0.1", tls } = this.#options;
    return `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${this.port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Everything that was sent to it. */
  get bytes(): string {
    return Buffer.concat(this.#bytes).toString("latin1");
  }

  /** The requests for a path. */
  asked(path: string): WholeRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** Stops it, and ends what is open. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #take(...[req, res]: Parameters<RequestListener>): void {
    const { method = "", url = "", headers, rawHeaders } = req;
    const [path = "", query = ""] = url.split(/\?(.*)/s);
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    res.on("error", () => undefined);
    const { requests } = this;
    requests.push({
      ...{ method, url, path, query: new URLSearchParams(query), headers, rawHeaders: [...rawHeaders] },
      get body() {
        return Buffer.concat(chunks).toString("latin1");
      },
    });
    this.answer(req, res, () => {
      faults.status(404)(req, res, () => undefined);
    });
  }
}

/** A function that starts recording servers, each of which is closed after the test of this suite that started it. */
export function recordingServers(): typeof RecordingServer.start {
  const servers: RecordingServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return async (...options) => {
    const server = await RecordingServer.start(...options);
    servers.push(server);
    return server;
  };
}

/** The server that a test sets up in plex-config: it gives tokens, and tells of sources whatever the test wants. */
export class RecordingMediaServer {
  /** The connections of each source, as they stand in the answer. */
  readonly sources = new Map<string, readonly unknown[]>();
  /** The transient tokens that it gave away: for itself, and for sources. */
  readonly given: string[] = [];
  /** What happens to a request in place of the answer. */
  fault: Fault | undefined;

  private constructor(
    readonly server: RecordingServer,
    readonly token: string,
  ) {}

  /** Starts one that takes this token. */
  static async start(token: string): Promise<RecordingMediaServer> {
    const server = new RecordingMediaServer(await RecordingServer.start(), token);
    server.server.answer = (req, res, proceed) => {
      const request = server.server.requests.at(-1)!;
      const answer = () => {
        server.#answerTo(request)(req, res, proceed);
      };
      if (server.fault) server.fault(req, res, answer);
      else answer();
    };
    return server;
  }

  get url(): string {
    return this.server.url;
  }

  #answerTo({ path, query, headers }: WholeRequest): Fault {
    if (headers["x-plex-token"] !== this.token) return faults.status(401);
    const token = `transient-canary-${this.given.length}`;
    if (path === "/security/token") {
      this.given.push(token);
      return faults.json({ MediaContainer: { size: 0, token } });
    }
    const source = query.get("source") ?? "";
    const Connection = this.sources.get(source);
    if (path !== "/security/resources" || !Connection) return faults.status(404);
    this.given.push(token);
    const clientIdentifier = source.slice(source.indexOf("://") + 3);
    const Device = { name: "Attic", clientIdentifier, accessToken: token, Connection };
    return faults.json({ MediaContainer: { size: 1, Device } });
  }
}
