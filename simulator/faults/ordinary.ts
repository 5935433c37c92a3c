import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { Fault } from "../types";

const packers = {
  gzip: gzipSync,
  deflate: deflateSync,
  /** What some servers send as "deflate", against RFC 9110: without zlib's envelope. */
  "raw deflate": deflateRawSync,
  br: brotliCompressSync,
} as const;

/** The ordinary answer, properly packed although the client may not have asked for it. */
export function packed(packing: keyof typeof packers): Fault {
  return (_req, res, proceed) => {
    const end = res.end.bind(res);
    const endPacked = (body: string | Buffer) => {
      const bytes = packers[packing](body);
      res.setHeader("Content-Encoding", packing.replace("raw ", ""));
      res.setHeader("Content-Length", bytes.length);
      return end(bytes);
    };
    res.end = endPacked as typeof res.end;
    proceed();
  };
}

/** The ordinary answer in chunks, without a Content-Length. */
export function chunked(): Fault {
  return (_req, res, proceed) => {
    const end = res.end.bind(res);
    const endInChunks = (body: string | Buffer) => {
      res.removeHeader("Content-Length");
      const middle = Math.ceil(body.length / 2);
      res.write(body.slice(0, middle));
      return end(body.slice(middle));
    };
    res.end = endInChunks as typeof res.end;
    proceed();
  };
}

/** An interim answer (1xx), and then the ordinary one. */
export function interimFirst(code = 103): Fault {
  return (req, _res, proceed) => {
    req.socket.write(`HTTP/1.1 ${code} Interim\r\nLink: </web>; rel=preload\r\n\r\n`);
    proceed();
  };
}

/** The ordinary answer in XML, as from a server or a proxy that ignores Accept. */
export function ignoredAccept(): Fault {
  return (req, _res, proceed) => {
    delete req.headers.accept;
    proceed();
  };
}

/** The ordinary answer, after which the server closes the connection as it has announced (`Connection: close`). */
export function announcedClose(): Fault {
  return (_req, res, proceed) => {
    res.setHeader("Connection", "close");
    proceed();
  };
}
