import type { NodeAPI } from "node-red";
import { readConnectionSettings } from "../form";
import type { Handler } from "../http";
import { openPlexTv, SignInSession, type SignInSessions } from "../sign-in";

/** The route that starts a sign-in: by Plex's page, or by a code of four characters where the form asks for `short`. */
export function signInHandler(RED: NodeAPI, sessions: SignInSessions): Handler {
  return async (form, { caller, signal }) => {
    const connection = readConnectionSettings(RED, form);
    const plexTv = openPlexTv(RED, connection);
    const strong = form.short !== true;
    const pin = await plexTv.createPin({ strong, signal });
    const { expiresIn, code } = pin;
    const session = sessions.add(new SignInSession(plexTv, pin, connection), caller, expiresIn);
    if (strong) return { session, url: plexTv.signInUrl(pin), expiresIn };
    return { session, code, linkUrl: plexTv.linkUrl, expiresIn };
  };
}
