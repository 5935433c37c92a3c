import type { ServerResponse } from "node:http";
import { closeSocket, doomSocket, resetSocket } from "../http/sockets";
import type { Fault } from "../types";
import { ARRIVAL_TIME, SAMPLE_JSON } from "./sample";

const HALF = SAMPLE_JSON.slice(0, 40);

/** Never answers. */
export function hang(): Fault {
  return () => {
    // Nothing: the connection stays open until the client or close() ends it.
  };
}

/** Sends headers and half of the body, then nothing more. */
export function hangInBody(): Fault {
  return (_req, res) => {
    sendHalf(res);
  };
}

/** TCP reset instead of an answer, as from a server that requires secure connections. */
export function reset(): Fault {
  return (req) => {
    resetSocket(req.socket);
  };
}

/** TCP reset in the middle of the body. */
export function resetInBody(): Fault {
  return (req, res) => {
    sendHalf(res, () => {
      // A reset overtakes what the client has not read yet.
      setTimeout(() => {
        resetSocket(req.socket);
      }, ARRIVAL_TIME);
    });
  };
}

/** Closes the connection (FIN) without a byte of an answer. */
export function fin(): Fault {
  return (req) => {
    closeSocket(req.socket);
  };
}

/** Closes the connection (FIN) when less has been sent than Content-Length said. */
export function finInBody(): Fault {
  return (req, res) => {
    sendHalf(res, () => {
      closeSocket(req.socket);
    });
  };
}

/** Closes the connection (FIN) in the middle of a chunked body. */
export function finInChunkedBody(): Fault {
  return (req, res) => {
    res.writeHead(200, { "Content-Type": "application/json" });
    res.write(HALF, () => {
      closeSocket(req.socket);
    });
  };
}

/** Sends the body in small pieces with pauses between them. */
export function slowDrip(pause = 100, bytes = 1): Fault {
  return (_req, res) => {
    let sent = 0;
    res.writeHead(200, { "Content-Type": "application/json", "Content-Length": SAMPLE_JSON.length });
    const timer = setInterval(() => {
      res.write(SAMPLE_JSON.slice(sent, sent + bytes));
      sent += bytes;
      if (sent < SAMPLE_JSON.length) return;
      clearInterval(timer);
      res.end();
    }, pause);
    res.once("close", () => {
      clearInterval(timer);
    });
  };
}

/** The ordinary answer, after which the server closes the connection without having announced it. */
export function closeAfterReply(): Fault {
  return (req, res, proceed) => {
    res.once("finish", () => {
      closeSocket(req.socket);
    });
    proceed();
  };
}

/**
 * The ordinary answer, after which the connection looks alive but resets at the next request: what a client meets
 * that sends just as the server gives an idle connection up. That next request is not recorded.
 */
export function deadSocketAfterReply(): Fault {
  return (req, _res, proceed) => {
    doomSocket(req.socket);
    proceed();
  };
}

function sendHalf(res: ServerResponse, whenSent?: () => void): void {
  res.writeHead(200, { "Content-Type": "application/json", "Content-Length": SAMPLE_JSON.length });
  res.write(HALF, whenSent);
}
