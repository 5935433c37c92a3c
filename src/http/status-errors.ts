import type { IncomingHttpHeaders } from "node:http";
import { PlexError, type PlexErrorDetails } from "../errors";
import { isJwt, isTransient } from "../settings";
import { parseUrl } from "../url";
import { readRetryAfter } from "./retry-after";

/** What is known of the request that an error status answers. */
export interface StatusContext {
  /** The token that asked. It is never shown, not even where the server sends it back. */
  readonly token: string;
  /** The address that was asked, from which a relative `Location` is resolved. */
  readonly url: string;
}

const getToken = "Sign in again or enter a new X-Plex-Token in the plex-config node.";

type Explanation = Pick<PlexErrorDetails, "code" | "what" | "hint" | "retryable" | "redirectTarget" | "detail">;

const explanations: Readonly<Record<number, Explanation>> = {
  400: {
    code: "bad-request",
    what: "The server did not understand the request.",
    hint: "Update Plex Media Server, and see that the token is set: without one, a network allowed without auth gets this answer.",
  },
  401: { code: "unauthorized", what: "The server does not accept the token.", hint: getToken },
  403: {
    code: "forbidden",
    what: "The server does not allow this with the token.",
    hint: "Use a token of the server's owner or of an account that the server is shared with.",
  },
  404: {
    code: "not-found",
    what: "The server does not know what was asked for.",
    hint: "See whether the source and the server URL are right, and whether Plex Media Server is 1.15.4 or newer.",
  },
  408: {
    code: "http-error",
    what: "The server gave up waiting for the request (status 408).",
    hint: "Try again later.",
    retryable: true,
  },
  422: { code: "unauthorized", what: "The server says that the token has been revoked.", hint: getToken },
  429: {
    code: "rate-limited",
    what: "The server has been asked too often.",
    hint: "Wait before you ask again, and ask less often.",
    retryable: true,
  },
};

const transientRefused: Explanation = {
  code: "forbidden",
  what: "The server does not give a token to a transient token.",
  hint: "Enter an account's or server's own X-Plex-Token in the plex-config node, not one that starts with transient-.",
};

const ownersAlone: Explanation = {
  code: "forbidden",
  what: "The server does not tell this account about its sources.",
  hint: "Use a token of the server's owner, or a transient token made from it, in the plex-config node.",
};

const jwtRefused: Explanation = {
  code: "unauthorized",
  what: "The server does not accept the token, which is a JWT of plex.tv.",
  hint: "Enter the server's own X-Plex-Token in the plex-config node, or choose the server under Sign in with Plex.",
};

/** A login of HTTP itself (RFC 9110, 11.6.1): Plex Media Server asks for a token and never for one. */
const loginInFront: Explanation = {
  code: "unauthorized",
  what: "Something in front of the server, such as a reverse proxy, asks for a user name and password of its own.",
  hint: "Let Node-RED's machine pass there without a login, or use the address of Plex Media Server itself.",
  detail: "login-in-front",
};

function asksForLogin(header = ""): boolean {
  // What stands in quotes, such as a realm, names no scheme.
  const schemes = header.replace(/"[^"]*"/g, '""');
  return /(?:^|,)\s*(?:basic|digest|negotiate|ntlm)(?:[\s,]|$)/i.test(schemes);
}

/** Behind these, a proxy or a server that is starting: another attempt may find it up. */
const passing = new Set([502, 503, 504]);

/** What services such as Cloudflare answer where they get no answer from the server, or no name or address of it. */
const serviceGotNone = new Set([520, 521, 522, 523, 524, 530]);
/** The same, where they cannot agree on TLS with it, or do not accept its certificate. */
const serviceGotNoTls = new Set([525, 526]);

function explainServiceError(statusCode: number): Explanation | undefined {
  const error = { code: "server-error", detail: "proxy-service" } as const;
  if (serviceGotNone.has(statusCode)) {
    return {
      ...error,
      what: `The proxy service in front of the server got no answer from it (status ${statusCode}).`,
      hint: "See whether Plex Media Server is running and the proxy service can reach it.",
      retryable: true,
    };
  }
  if (!serviceGotNoTls.has(statusCode)) return undefined;
  return {
    ...error,
    what: `The proxy service in front of the server could not make a TLS connection to it (status ${statusCode}).`,
    hint: "See in the settings of the proxy service how it connects to the server and which certificates it accepts.",
  };
}

function explainServerError(statusCode: number): Explanation {
  return {
    code: "server-error",
    what: `The server failed with status ${statusCode}.`,
    hint: passing.has(statusCode)
      ? "Wait until Plex Media Server has started; behind a reverse proxy, see whether the proxy can reach it."
      : "Look into the log of Plex Media Server, and of a reverse proxy in front of it.",
    retryable: passing.has(statusCode),
  };
}

/** The other web server that a redirect leads to; none where it leads back to the one that was asked. */
function redirectTarget(location: string | undefined, { url, token }: StatusContext): string | undefined {
  const target = location === undefined ? null : parseUrl(location, url);
  if (!target) return undefined;
  const { origin, protocol } = target;
  const isOther = /^https?:$/.test(protocol) && origin !== new URL(url).origin;
  // The empty text is in every other: without a token there is none to be shown.
  const showsToken = token !== "" && origin.includes(token.toLowerCase());
  return isOther && !showsToken ? origin : undefined;
}

function explainRedirect(target: string | undefined): Explanation {
  return {
    code: "redirected",
    what: "The server sent the request on to another address, which was not followed because the token would go along.",
    hint:
      target === undefined
        ? "Enter the address of the Plex Media Server itself as the server URL."
        : `If you trust it, enter ${target} as the start of the server URL.`,
    redirectTarget: target,
  };
}

function explain(statusCode: number, headers: IncomingHttpHeaders, context: StatusContext): Explanation {
  if (statusCode === 403) {
    if (context.url.includes("/security/resources")) return ownersAlone;
    if (context.url.includes("/security/token") && isTransient(context.token)) return transientRefused;
  }
  if (statusCode === 401 && asksForLogin(headers["www-authenticate"])) return loginInFront;
  if (statusCode === 401 && isJwt(context.token)) return jwtRefused;
  if (statusCode >= 300 && statusCode < 400) return explainRedirect(redirectTarget(headers.location, context));
  if (statusCode >= 500 && statusCode < 600) return explainServiceError(statusCode) ?? explainServerError(statusCode);
  return (
    explanations[statusCode] ?? {
      code: "http-error",
      what: `The server answered with status ${statusCode}.`,
      hint: "See whether the server URL leads to a Plex Media Server.",
    }
  );
}

/**
 * The PlexError for an answer whose status is not 2xx. Plex Media Server sends HTML with it, of which nothing is
 * shown.
 */
export function statusError(statusCode: number, headers: IncomingHttpHeaders, context: StatusContext): PlexError {
  const retryAfter = readRetryAfter(headers["retry-after"]);
  return new PlexError({ ...explain(statusCode, headers, context), statusCode, retryAfter });
}
