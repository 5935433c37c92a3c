import type { NodeAPI } from "node-red";
import type { PlexTv } from "../../../src/plex-tv";
import { readString, type Fields } from "../../../src/lenient";
import { readToken } from "../../../src/token";
import type { Call } from "./answer";
import { readReach, type Reach } from "./form";
import { readFormToken } from "./form-token";
import { openPlexTv } from "./sign-in";
import type { SignInSessions } from "./sign-in-sessions";

/** An account to ask plex.tv about. */
export interface Account {
  readonly plexTv: PlexTv;
  readonly token: string;
  /** Whether the token is one that the caller need not know: then no token may come back. */
  readonly secret: boolean;
  readonly reach: Reach;
}

/** The account that was signed in to, else that of the form's token. @throws PlexError or DetailedFailure */
export function openAccount(RED: NodeAPI, sessions: SignInSessions, form: Fields, { caller }: Call): Account {
  const id = readString(form, "session");
  if (id !== null) {
    const { plexTv, token, reach } = sessions.get(id, caller);
    return { plexTv, token, secret: false, reach };
  }
  const reach = readReach(RED, form);
  const { value, secret } = readFormToken(RED, form, undefined);
  return { plexTv: openPlexTv(RED, reach), token: readToken(value), secret, reach };
}
