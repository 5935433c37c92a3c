import { invalidResponse } from "../errors";
import { isHeaderSafe } from "../settings";
import { readContainer } from "./media-container";

/** The longest life of a transient token in ms: Plex documents 48 hours; a restart of the server ends it earlier. */
export const transientTokenLifetime = 48 * 60 * 60 * 1000;

/** What the server answers when it is asked for a transient token. */
export interface IssuedToken {
  readonly token: string;
  readonly type: "delegation";
  readonly scope: "all";
  /** Epoch ms at which the answer came. */
  readonly issuedAt: number;
  /** Epoch ms at which it is dead at the latest. */
  readonly expiresAt: number;
  /** False for the call whose request obtained it. */
  readonly reused: boolean;
}

/** A short-lived token with the rights of the token that asked for it. */
export interface TransientToken extends IssuedToken {
  /** URL of the server for which it holds, without a trailing slash. */
  readonly url: string;
}

/**
 * The token in an answer of `/security/token`, e.g. `{"MediaContainer":{"size":0,"token":"transient-…"}}`.
 * @throws PlexError `invalid-response` when there is none
 */
export function readTransientToken(document: unknown): IssuedToken {
  const { token } = readContainer(document);
  if (typeof token !== "string" || !isHeaderSafe(token)) throw invalidResponse("The answer holds no token.", 200);
  const issuedAt = Date.now();
  return {
    token,
    type: "delegation",
    scope: "all",
    issuedAt,
    expiresAt: issuedAt + transientTokenLifetime,
    reused: false,
  };
}
