import type { FailureDetail } from "../errors";

/** What can be said of an error of the operating system. */
export interface SystemError {
  readonly what: string;
  readonly hint: string;
  /** Whether nothing of the request can have left. */
  readonly unsent?: boolean;
  readonly detail?: FailureDetail;
}

const refused: SystemError = {
  what: "The server refused the connection.",
  hint: "See whether Plex Media Server is running and the port is right; 32400 is the usual one.",
  unsent: true,
};
const noRoute: SystemError = {
  what: "There is no route to the server.",
  hint: "See whether the server URL is right and the network is up.",
};
const hostDown: SystemError = {
  what: "The server's machine does not answer in its network.",
  hint: "See whether it is switched on and connected, and whether the server URL is right.",
};
const networkDown: SystemError = {
  what: "The network of the machine that runs Node-RED is down.",
  hint: "See whether its cable, its Wi-Fi or the network of its container is up.",
  detail: "this-machine",
};
const forbidden: SystemError = {
  what: "The machine that runs Node-RED does not allow the connection.",
  hint: "See whether a firewall on it, or a rule of its container, keeps Node-RED from connecting to the server.",
  unsent: true,
  detail: "this-machine",
};
const exhausted: SystemError = {
  what: "The machine that runs Node-RED has reached a limit of its own for connections or open files.",
  hint: "Look for a flow that opens more and more connections or files, or raise the limit (ulimit -n) of Node-RED.",
  unsent: true,
  detail: "this-machine",
};

/** What Node.js says of a connection that did not come about (errno(3) of Linux). */
const table: Readonly<Record<string, SystemError>> = {
  ECONNREFUSED: refused,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  EADDRNOTAVAIL: noRoute,
  EAFNOSUPPORT: noRoute,
  EHOSTDOWN: hostDown,
  ENETDOWN: networkDown,
  ENONET: networkDown,
  EACCES: forbidden,
  EPERM: forbidden,
  EMFILE: exhausted,
  ENFILE: exhausted,
  ENOBUFS: exhausted,
  ENOMEM: exhausted,
  EAI_MEMORY: exhausted,
  // All local ports are taken.
  EADDRINUSE: exhausted,
};

/** What can be said by this code; undefined for one that tells nothing of its cause. */
export function findSystemError(code: string): SystemError | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

/** What c-ares says, the library by which Node.js asks a name server by itself (`dns.resolve`). */
const resolverCodes = new Set(["ENOTFOUND", "ENODATA", "ESERVFAIL", "EREFUSED", "EBADNAME", "ENONAME"]);

/** Whether a name could not be found: getaddrinfo(3) and its own codes, all of which begin with EAI_. */
export function isLookupError(code: string): boolean {
  return code.startsWith("EAI_") || resolverCodes.has(code);
}
