import type { Socket } from "node:net";

/** TCP sockets by the connection they carry: a TLS socket does not give its TCP socket away. */
const tcpSockets = new Map<string, Socket>();
const doomed = new WeakSet<Socket>();

function keyOf(socket: Socket): string {
  return [socket.localPort, socket.remoteAddress, socket.remotePort].join(" ");
}

/** Remembers a TCP socket until it closes, so that `resetSocket` finds it from the TLS socket on top of it. */
export function registerTcpSocket(socket: Socket): void {
  const key = keyOf(socket);
  tcpSockets.set(key, socket);
  socket.once("close", () => {
    if (tcpSockets.get(key) === socket) tcpSockets.delete(key);
  });
}

/** Ends a connection with a TCP reset, below TLS where there is TLS. */
export function resetSocket(socket: Socket): void {
  const tcp = tcpSockets.get(keyOf(socket)) ?? socket;
  // A server of Node.js that loses a TLS connection while it still parses the request cannot be closed any more.
  setImmediate(() => {
    tcp.resetAndDestroy();
    socket.destroy();
  });
}

/** Sends what is buffered, then closes the connection in the ordinary way (FIN). */
export function closeSocket(socket: Socket): void {
  socket.destroySoon();
}

/** Makes the next request on this connection meet a reset, like one sent just as the server gave the socket up. */
export function doomSocket(socket: Socket): void {
  doomed.add(socket);
}

/** Whether `doomSocket` was called for it. */
export function isDoomed(socket: Socket): boolean {
  return doomed.has(socket);
}
