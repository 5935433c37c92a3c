import { PlexError, type PlexErrorCode } from "../errors";

type Words = readonly [what: string, hint: string];

const byHand = "A server can also be entered by hand: its address and an X-Plex-Token are enough.";

const words: Partial<Record<PlexErrorCode, Words>> = {
  unauthorized: ["plex.tv does not accept the token.", "Sign in again: the sign-in may have been withdrawn."],
  forbidden: ["plex.tv does not allow this with the token.", "Sign in with the account itself."],
  "rate-limited": ["plex.tv has been asked too often.", "Wait some minutes before you try again."],
  "server-error": ["plex.tv has a failure of its own.", `Try again later. ${byHand}`],
  unreachable: ["plex.tv cannot be reached.", `See whether Node-RED's machine has a way to the internet. ${byHand}`],
  timeout: ["plex.tv did not answer in time.", `See whether Node-RED's machine has a way to the internet. ${byHand}`],
  tls: [
    "The certificate of plex.tv cannot be verified.",
    "See whether a proxy or filter stands between, and the clock is right.",
  ],
  redirected: ["plex.tv sent the request elsewhere.", "See whether a proxy or a login page stands between."],
  "invalid-response": ["What came is not an answer of plex.tv.", "See whether a proxy or a login page stands between."],
};

/** The same failure in words that fit plex.tv: those of a server would send the user to look at the server. */
export function plexTvError(error: unknown): unknown {
  if (!(error instanceof PlexError)) return error;
  const { code, retryable, attempts, statusCode, retryAfter } = error;
  const [what, hint] = words[code] ?? [];
  if (what === undefined || hint === undefined) return error;
  return new PlexError({ code, what, hint, retryable, attempts, statusCode, retryAfter });
}
