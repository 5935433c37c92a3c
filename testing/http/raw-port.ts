import { createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP port that speaks no protocol of its own. */
export interface RawPort {
  /** `127.0.0.1:port`, without a scheme. */
  readonly address: string;
  /** How many connections to it are open. */
  readonly openSockets: () => number;
  /** Ends them. */
  readonly dropConnections: () => void;
  readonly close: () => Promise<void>;
}

/** Opens a port, a free one unless given, that does with each connection what it is told. */
export async function openRawPort(take: (socket: Socket) => unknown, port = 0): Promise<RawPort> {
  const sockets = new Set<Socket>();
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    // The other side hangs up when it likes.
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
    // What is not read would hide the end that comes behind it.
    take(socket.resume());
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    openSockets: () => sockets.size,
    dropConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        dropConnections();
      }),
  };
}
