import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

/** What a server tells of itself on the local network. */
export interface GdmServer {
  readonly name: string;
  readonly port: number;
  readonly machineIdentifier: string;
  /** The name of its certificate, `<32 hex digits>.plex.direct`. */
  readonly host?: string;
  readonly version?: string;
}

/** How `startGdm` starts. */
export interface GdmOptions {
  /** 0 (default): any free port. Real servers use 32414. */
  readonly port?: number;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** Each of them answers every search. */
  readonly servers?: readonly GdmServer[];
  /** Datagrams sent besides, word for word: what else may come from a network. */
  readonly noise?: readonly (string | Buffer)[];
}

/** A running responder. */
export interface Gdm {
  readonly host: string;
  readonly port: number;
  /** The searches that came in, as text. */
  readonly searches: readonly string[];
  close(): Promise<void>;
}

/** Answers Plex's local search (GDM over UDP) for simulated servers; rejects when the port can't be had. */
export async function startGdm(options: GdmOptions = {}): Promise<Gdm> {
  const { port = 0, host = "127.0.0.1", servers = [], noise = [] } = options;
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  const searches: string[] = [];
  socket.on("message", (message, sender) => {
    const text = message.toString("utf8");
    if (!/^M-SEARCH \* HTTP\/1\.\d/.test(text)) return;
    searches.push(text);
    for (const datagram of [...noise, ...servers.map(announcement)]) reply(socket, datagram, sender);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, resolve);
  });
  // A searcher that has gone away again is no error of the responder.
  socket.on("error", () => undefined);
  return { host, port: socket.address().port, searches, close: () => closing(socket) };
}

function reply(socket: Socket, datagram: string | Buffer, { port, address }: RemoteInfo): void {
  socket.send(datagram, port, address);
}

function announcement(server: GdmServer): string {
  const lines = [
    "HTTP/1.0 200 OK",
    "Content-Type: plex/media-server",
    `Host: ${server.host ?? "0123456789abcdef0123456789abcdef.plex.direct"}`,
    `Name: ${server.name}`,
    `Port: ${server.port}`,
    `Resource-Identifier: ${server.machineIdentifier}`,
    "Updated-At: 1767225600",
    `Version: ${server.version ?? "1.43.4.10903-e5521bd8c"}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => {
      resolve();
    });
  });
}
