import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { SecureVersion, TlsOptions } from "node:tls";
import type { DeviceName, Exchange, Handler, ServerName, TlsKeyPair } from "../types";
import type { Journal } from "./journal";
import { sendError } from "./replies";
import { describeRequest, isServed } from "./request";
import { isDoomed, registerTcpSocket, resetSocket } from "./sockets";

/** Where a listener listens, and how. */
export interface ListenerOptions {
  readonly name: ServerName | DeviceName;
  readonly port: number;
  readonly host: string;
  readonly tls?: TlsKeyPair | undefined;
  /** The newest version of TLS that is spoken; what Node.js speaks unless given. */
  readonly tlsVersion?: SecureVersion | undefined;
  /** "" or a path without a slash at its end, as behind a reverse proxy. */
  readonly basePath?: string;
}

// A real server keeps a connection for some seconds, and a hanging fault has to be able to outlast any timeout.
const HTTP_OPTIONS = { keepAliveTimeout: 20_000, requestTimeout: 0, headersTimeout: 0 };

/** OpenSSL speaks the versions before 1.2 with lowered requirements only. */
function versionOptions(newest: SecureVersion | undefined): TlsOptions {
  if (newest === undefined) return {};
  return { minVersion: "TLSv1", maxVersion: newest, ciphers: "DEFAULT@SECLEVEL=0" };
}

/** An HTTP or HTTPS server on a real port that records its requests and lets faults have them first. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #options: ListenerOptions;
  readonly #journal: Journal;
  readonly #handler: Handler;
  #port = 0;

  constructor(options: ListenerOptions, journal: Journal, handler: Handler) {
    this.#options = options;
    this.#journal = journal;
    this.#handler = handler;
    const onRequest = this.#onRequest.bind(this);
    this.#server = options.tls
      ? createTlsServer({ ...HTTP_OPTIONS, ...versionOptions(options.tlsVersion), ...options.tls }, onRequest)
      : createServer(HTTP_OPTIONS, onRequest);
    this.#server.on("connection", (socket: Socket) => {
      this.#track(socket);
      registerTcpSocket(socket);
    });
    this.#server.on("secureConnection", (socket: Socket) => {
      // Clients hang up in the middle of a handshake or an answer; that is their right, not an error here.
      socket.on("error", ignore);
    });
  }

  /** Starts to listen; rejects when the port can't be had. */
  listen(): Promise<void> {
    const { port, host } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** The real port; it stays known after `close`, for URLs of a server that is gone. */
  get port(): number {
    return this.#port;
  }

  /** The address for URLs: one that can be dialled, even where all interfaces are listened on. */
  get address(): string {
    const { host } = this.#options;
    if (host === "0.0.0.0") return "127.0.0.1";
    return host === "::" ? "::1" : host;
  }

  get protocol(): "http" | "https" {
    return this.#options.tls ? "https" : "http";
  }

  /** The base URL, without a slash at its end. */
  get url(): string {
    const host = this.address.includes(":") ? `[${this.address}]` : this.address;
    return `${this.protocol}://${host}:${this.port}${this.#options.basePath ?? ""}`;
  }

  /** How many connections are open. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Ends every open connection, answered or not. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Stops listening and ends every open connection. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.dropConnections();
    });
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", ignore);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  #onRequest(req: IncomingMessage, res: ServerResponse): void {
    if (isDoomed(req.socket)) {
      resetSocket(req.socket);
      return;
    }
    const request = describeRequest(req, this.#options.name, this.#options.basePath ?? "");
    this.#journal.requests.push(request);
    res.on("error", ignore);
    const proceed = () => {
      void this.#answer({ request, req, res });
    };
    const fault = this.#journal.take(request);
    if (fault) fault(req, res, proceed);
    else proceed();
  }

  async #answer(exchange: Exchange): Promise<void> {
    try {
      if (isServed(exchange.request, this.#options.basePath ?? "")) await this.#handler(exchange);
      else sendError(exchange, 404);
    } catch (error) {
      // A client that went away while it was being answered is no mistake of ours.
      if (exchange.req.socket.destroyed) return;
      console.error(error);
      if (!exchange.res.headersSent) sendError(exchange, 500);
    }
  }
}

function ignore(): void {
  // The client went away.
}
