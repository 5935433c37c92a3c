import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** A user name and a password. */
export interface ProxyLogin {
  readonly username: string;
  readonly password: string;
}

/** A forward proxy that records what passes through it. */
export interface ConnectProxy {
  /** Its URL, without a login. */
  readonly url: string;
  /** `host:port` of every tunnel that it opened, in order. */
  readonly tunnels: readonly string[];
  /** How many requests it refused for want of the right login. */
  readonly refusals: number;
  /** How many connections to it are open. */
  readonly openSockets: number;
  readonly close: () => Promise<void>;
}

function isAllowed(request: IncomingMessage, login: ProxyLogin | undefined): boolean {
  if (!login) return true;
  const expected = Buffer.from(`${login.username}:${login.password}`).toString("base64");
  return request.headers["proxy-authorization"] === `Basic ${expected}`;
}

/** Starts a proxy on a free port, unless one is given, that opens tunnels (CONNECT), for a login alone where one is given. */
export async function startConnectProxy(login?: ProxyLogin, port = 0): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Duplex>();
  let refusals = 0;

  const track = (socket: Duplex) => {
    sockets.add(socket);
    // Either side hangs up when it likes.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
  };

  const server = createServer((_request, response) => {
    response.writeHead(501).end("This proxy opens tunnels and does nothing else.");
  });
  server.on("connection", track);
  server.on("connect", (request: IncomingMessage, client: Socket, head: Buffer) => {
    if (!isAllowed(request, login)) {
      refusals += 1;
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
      return;
    }
    const target = request.url ?? "";
    const { hostname, port } = new URL(`http://${target}`);
    tunnels.push(target);
    const upstream = connect(Number(port || 80), hostname.replace(/^\[|\]$/g, ""), () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.once("close", () => upstream.destroy());
    upstream.once("close", () => client.destroy());
  });

  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    get refusals() {
      return refusals;
    },
    get openSockets() {
      return sockets.size;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
