import type { Socket } from "node:net";
import { closeSocket } from "../http/sockets";
import type { Fault } from "../types";
import { SAMPLE_JSON } from "./sample";

/** Writes these bytes in the place of an answer; the connection is closed (FIN) after them unless `keepOpen`. */
export function raw(bytes: string | Buffer, { keepOpen = false } = {}): Fault {
  return (req) => {
    write(req.socket, bytes, keepOpen);
  };
}

/** Something that is not HTTP at all. */
export function notHttp(): Fault {
  return raw("220 mail.example.org ESMTP ready\r\n");
}

/** A 1xx status line and then the end of the connection. */
export function informational(code = 103): Fault {
  return raw(`HTTP/1.1 ${code} Early Hints\r\nLink: </web>; rel=preload\r\n\r\n`);
}

/** 101: the server speaks another protocol from here on, and leaves the connection open. */
export function switchingProtocols(): Fault {
  return raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", {
    keepOpen: true,
  });
}

/** A right answer under a header that is larger than clients accept (Node: 16 KiB for all of them). */
export function oversizedHeaders(bytes = 64 * 1024): Fault {
  const head = [
    "HTTP/1.1 200 OK",
    "Content-Type: application/json",
    `Content-Length: ${SAMPLE_JSON.length}`,
    `X-Plex-Padding: ${"x".repeat(bytes)}`,
  ];
  return raw(`${head.join("\r\n")}\r\n\r\n${SAMPLE_JSON}`);
}

function write(socket: Socket, bytes: string | Buffer, keepOpen: boolean): void {
  socket.write(bytes, () => {
    if (!keepOpen) closeSocket(socket);
  });
}
