import { invalidResponse, PlexError } from "../errors";
import { findSystemError, isLookupError } from "./system-errors";
import { isTlsError, tlsError } from "./tls-errors";

/** What is known of the way to a server when a request fails on it. */
export interface Destination {
  /** Host of the server, to tell the known kinds of address apart; never shown. */
  readonly host: string;
  readonly secure: boolean;
  readonly proxied: boolean;
}

/** In hpagent, an answer of the proxy that is not 200: it has no code of its own. */
const proxyRefusals = new Set(["", "ERR_GOT_REQUEST_ERROR"]);

/** How a connection ends that had come about. */
const brokenOffCodes = new Set(["", "ECONNRESET", "ECONNABORTED", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

/** What hpagent says when a proxy stays silent; it does so at the very moment at which the attempt is over anyhow. */
const proxyTimeout = "Proxy timeout";

function isPlexDirect(host: string): boolean {
  return host.endsWith(".plex.direct");
}

/** The attempt ran out of time. */
export function timedOut(destination: Pick<Destination, "proxied">): PlexError {
  return new PlexError({
    code: "timeout",
    what: "The server did not answer in time.",
    hint: destination.proxied
      ? "See whether the server is running and the proxy lets you through, or allow more time in the plex-config node."
      : "See whether the server is running and its address is right, or allow more time in the plex-config node.",
    retryable: true,
  });
}

/** How large an answer may be. */
export interface BodyLimit {
  /** In bytes. */
  readonly size: number;
  /** What to do where it is larger. */
  readonly hint?: string;
}

/** The answer is larger than its limit. */
export function tooLarge({ size, hint }: BodyLimit, statusCode?: number): PlexError {
  const error = invalidResponse(`The answer is larger than ${size / 1024 / 1024} MiB, so it was cut off.`, statusCode);
  return hint === undefined ? error : error.withHint(hint);
}

function unreachable(what: string, hint: string, unsent = false): PlexError {
  return new PlexError({ code: "unreachable", what, hint, retryable: true, unsent });
}

/** An answer that has no end came to one. */
export function streamEnded(): PlexError {
  return unreachable(
    "The server's stream of events ended.",
    "Nothing to do where the server restarts; else see whether it is running, and whether a proxy cuts long answers off.",
  );
}

/** Nothing came of an answer that has no end, not even a sign of life. */
export function streamSilent(ms: number): PlexError {
  return new PlexError({
    code: "timeout",
    what: `Nothing has come from the server for ${Math.round(ms / 1000)} s.`,
    hint: "See whether the server is running; behind a reverse proxy, turn off buffering for /:/eventsource/notifications.",
    retryable: true,
  });
}

function lookupError(host: string): PlexError {
  return unreachable(
    "The server's name could not be found.",
    isPlexDirect(host)
      ? "Allow plex.direct in your router's DNS rebinding protection, or use the server's IP address with http://."
      : "See whether the server URL is spelled right and this machine's DNS works.",
    true,
  );
}

function brokenOff({ secure, proxied }: Destination): PlexError {
  if (proxied) {
    return unreachable(
      "The connection ended before the answer was whole.",
      "See whether proxy and server are running.",
    );
  }
  return unreachable(
    "The connection ended before the answer was whole.",
    secure
      ? "See whether the server is running and speaks https at this port."
      : "If Secure connections is set to Required on the server's Network page, use https:// in the server URL.",
  );
}

/** The proxy is the one that this machine connects to, so what keeps it from there is about the proxy. */
function proxyError(unsent: boolean): PlexError {
  return unreachable(
    "The proxy could not be reached or did not connect.",
    "See whether the proxy is running and lets you through, or add the server to the proxy's exceptions.",
    unsent,
  );
}

/** Of a code that is not known, nothing is known but the code. */
function unknownError(code: string): PlexError {
  const named = /^[A-Z][A-Z\d_]{1,60}$/.test(code) ? ` (${code})` : "";
  return unreachable(
    `The request failed before there was an answer${named}.`,
    "See whether the server is running and this machine can reach it.",
  );
}

function systemError(code: string, destination: Destination): PlexError | undefined {
  const { proxied, host } = destination;
  const found = findSystemError(code);
  if (!found && isLookupError(code)) return proxied ? proxyError(true) : lookupError(host);
  if (!found) return undefined;
  const { what, hint, unsent = false, detail } = found;
  if (proxied && detail !== "this-machine") return proxyError(unsent);
  return new PlexError({ code: "unreachable", what, hint, retryable: true, unsent, detail });
}

/**
 * A PlexError for a request that failed without an answer.
 * @param error what Node.js or the HTTP library threw: only its `code` and `message` are looked at, for the rest holds
 * the headers
 * @param interim whether an interim answer (1xx) had come before the connection ended
 */
export function connectionError(error: unknown, destination: Destination, interim: boolean): PlexError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (error instanceof PlexError) return error;
  if (interim) return invalidResponse("The server ended the connection after an interim answer.");
  if (code === "HPE_HEADER_OVERFLOW")
    return invalidResponse("The headers of the answer are larger than Node.js reads.");
  if (code.startsWith("HPE_")) return invalidResponse("What the server sent is not HTTP.");
  if (isTlsError(code)) return tlsError(code, message);
  if (code === "ETIMEDOUT" || message === proxyTimeout) return timedOut(destination);
  if (destination.proxied && proxyRefusals.has(code)) return proxyError(false);
  const known = systemError(code, destination);
  if (known) return known;
  return brokenOffCodes.has(code) ? brokenOff(destination) : unknownError(code);
}
