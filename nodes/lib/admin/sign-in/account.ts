import type { NodeAPI } from "node-red";
import { type Fields, readString } from "../../../../src/answers";
import type { PlexTv } from "../../../../src/plex-tv";
import { readToken } from "../../../../src/settings";
import { type ConnectionSettings, readConnectionSettings, readFormTimeout, readFormToken } from "../form";
import type { CallContext } from "../http";
import { openPlexTv } from "./open-plex-tv";
import type { SignInSessions } from "./sessions";

/** An account to ask plex.tv about. */
export interface Account {
  readonly plexTv: PlexTv;
  readonly token: string;
  /** Whether the token is one that the caller need not know: then no token may come back. */
  readonly secret: boolean;
  readonly connection: ConnectionSettings;
}

/** The account that was signed in to, else that of the form's token. @throws PlexError or DetailedError */
export function openAccount(RED: NodeAPI, sessions: SignInSessions, form: Fields, { caller }: CallContext): Account {
  const id = readString(form, "session");
  if (id !== null) {
    const { token, connection: started } = sessions.get(id, caller);
    const connection = { ...started, timeout: readFormTimeout(RED, form) };
    return { plexTv: openPlexTv(RED, connection), token, secret: false, connection };
  }
  const connection = readConnectionSettings(RED, form);
  const { value, secret } = readFormToken(RED, form, undefined);
  return { plexTv: openPlexTv(RED, connection), token: readToken(value), secret, connection };
}
