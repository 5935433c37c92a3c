import { createServer, request as requestByHttp, type IncomingMessage, type RequestOptions } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** What a reverse proxy makes of the header Host. */
export type HostRule =
  /** The upstream's own: what nginx (`$proxy_host`) and Apache do unless told. */
  | "upstream"
  /** The name that the browser asked for, without its port: nginx with `$host`. */
  | "name"
  /** As the browser sent it: nginx with `$http_host`, Apache with `ProxyPreserveHost On`. */
  | "kept";

/** A reverse proxy that stands before a server. */
export interface ReverseProxy {
  readonly port: number;
  readonly close: () => Promise<void>;
}

function passedHost(rule: HostRule, { headers }: IncomingMessage, upstream: URL): string {
  const { host = "" } = headers;
  if (rule === "upstream") return upstream.host;
  return rule === "name" ? host.replace(/:\d+$/, "") : host;
}

/** Starts one on a free port. WebSockets pass too, as both programs have to be told. */
export async function startReverseProxy(target: string, rule: HostRule): Promise<ReverseProxy> {
  const upstream = new URL(target);
  const sockets = new Set<Duplex>();
  const forward = (incoming: IncomingMessage): RequestOptions => {
    const { method, url: path, headers } = incoming;
    const host = passedHost(rule, incoming, upstream);
    return { method, path, host: upstream.hostname, port: upstream.port, headers: { ...headers, host } };
  };

  const server = createServer((incoming, outgoing) => {
    const passed = requestByHttp(forward(incoming), (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    outgoing.once("close", () => passed.destroy());
    incoming.pipe(passed);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (incoming: IncomingMessage, client: Duplex) => {
    const passed = requestByHttp(forward(incoming));
    client.on("error", () => client.destroy());
    passed.on("error", () => client.destroy());
    passed.on("upgrade", (answer, socket) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
      socket.on("error", () => socket.destroy());
      socket.pipe(client).pipe(socket);
      client.once("close", () => socket.destroy());
    });
    passed.end();
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
