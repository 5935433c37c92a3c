/** Every way in which asking a Plex Media Server can fail: the values of {@link PlexError.code}. Shared, and frozen. */
export const plexErrorCodes = Object.freeze([
  "not-configured",
  "invalid-input",
  "bad-request",
  "unauthorized",
  "forbidden",
  "not-found",
  "rate-limited",
  "server-error",
  "http-error",
  "redirected",
  "unreachable",
  "timeout",
  "tls",
  "invalid-response",
  "no-connection",
  "cancelled",
] as const);

/** A stable name for what went wrong, made for programs to branch on. */
export type PlexErrorCode = (typeof plexErrorCodes)[number];

/**
 * A finer kind of failure than its code: a fault of this package, a limit of this machine, a login that something in
 * front of the server asks for, a proxy service that gets no answer from it, or a certificate that Node.js finds too weak.
 */
export type FailureDetail = "own-fault" | "this-machine" | "login-in-front" | "proxy-service" | "weak-certificate";

/** What a {@link PlexError} is made of. */
export interface PlexErrorDetails {
  readonly code: PlexErrorCode;
  /** One sentence: what happened. */
  readonly what: string;
  /** One sentence: what to do next. */
  readonly hint: string;
  /** Whether the same request may work later; false unless told. */
  readonly retryable?: boolean;
  /** Requests that failed or were answered, 0 when none was sent. */
  readonly attempts?: number;
  /** HTTP status of the answer, where there was one. */
  readonly statusCode?: number | undefined;
  /** Seconds that the server asked to wait, where it did. */
  readonly retryAfter?: number | undefined;
  /** Whether it is known that nothing of the request has reached the server; false unless told. */
  readonly unsent?: boolean;
  /** Origin of another web server that a redirect, which was not followed, leads to. */
  readonly redirectTarget?: string | undefined;
  readonly detail?: FailureDetail | undefined;
}

/**
 * The one error that this library throws. `message` says what happened and ends with the hint. It carries neither a
 * `cause` nor anything of the HTTP library: those hold the request's headers, and with them the token. Each caller gets one
 * of its own; that of an outage is shared by all who listen.
 */
export class PlexError extends Error {
  override readonly name = "PlexError";
  readonly code: PlexErrorCode;
  readonly hint: string;
  readonly retryable: boolean;
  /** Requests that failed or were answered. */
  readonly attempts: number;
  declare readonly statusCode?: number;
  /** Seconds. */
  declare readonly retryAfter?: number;
  /** Private, for an error shows all its other properties. */
  readonly #unsent: boolean;
  declare readonly redirectTarget?: string;
  declare readonly detail?: FailureDetail;

  constructor(details: PlexErrorDetails) {
    super(`${details.what} ${details.hint}`);
    this.code = details.code;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
    this.attempts = details.attempts ?? 0;
    this.#unsent = details.unsent ?? false;
    if (details.statusCode !== undefined) this.statusCode = details.statusCode;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
    if (details.redirectTarget !== undefined) this.redirectTarget = details.redirectTarget;
    if (details.detail !== undefined) this.detail = details.detail;
  }

  /** The message alone: Node-RED shows Catch nodes what this returns, and an error output shows `message`. */
  override toString(): string {
    return this.message;
  }

  /** Whether it is known that nothing of the request has reached the server, so that it can be sent again safely. */
  get isUnsent(): boolean {
    return this.#unsent;
  }

  /** A new error, the same after this many requests. */
  withAttempts(attempts: number): PlexError {
    return this.#copy({ attempts });
  }

  /** A new error, the same by its code alone. */
  withoutDetail(): PlexError {
    return this.#copy({ detail: undefined });
  }

  /** A new error, the same with another hint. */
  withHint(hint: string): PlexError {
    return this.#copy({ hint });
  }

  #copy(changes: Partial<PlexErrorDetails>): PlexError {
    const { code, hint, retryable, attempts, statusCode, retryAfter, redirectTarget, detail, message } = this;
    const what = message.slice(0, -hint.length - 1);
    const unsent = this.#unsent;
    const details = { code, what, hint, retryable, attempts, statusCode, retryAfter, redirectTarget, detail, unsent };
    return new PlexError({ ...details, ...changes });
  }
}

/** An `invalid-input` error: what is wrong with the message or what the node makes of it, and what to change. */
export function invalidInput(what: string, hint: string): PlexError {
  return new PlexError({ code: "invalid-input", what, hint });
}

/** A `not-configured` error: what is wrong with the settings, and which one to change. */
export function notConfigured(what: string, hint: string): PlexError {
  return new PlexError({ code: "not-configured", what, hint });
}

/** A `cancelled` error: the caller, or the node that asked, was closed. */
export function cancelled(): PlexError {
  return new PlexError({
    code: "cancelled",
    what: "The request was cancelled because its node was closed or deployed again.",
    hint: "Send the message again once the flow runs.",
  });
}

/** What to do next where something else than a server seems to have answered. */
export const checkServerUrl =
  "See whether the server URL leads to a Plex Media Server and not to another program or a login page.";

/** An `invalid-response` error: an answer that is not what was asked for, with its HTTP status where there is one. */
export function invalidResponse(what: string, statusCode?: number): PlexError {
  return new PlexError({
    code: "invalid-response",
    what,
    hint: checkServerUrl,
    statusCode,
  });
}
