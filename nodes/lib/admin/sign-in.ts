import type { NodeAPI } from "node-red";
import { PlexTv } from "../../../src/plex-tv";
import { readString, type Fields } from "../../../src/lenient";
import type { Call, Handler } from "./answer";
import { readReach, type Reach } from "./form";
import { SignInSession } from "./sign-in-session";
import type { SignInSessions } from "./sign-in-sessions";

/** plex.tv, or what Node-RED's settings put in its place. @throws PlexError `not-configured` */
export function openPlexTv(RED: NodeAPI, { clientIdentifier, tls, proxy }: Reach): PlexTv {
  const { plexConfigTvUrl } = RED.settings as { plexConfigTvUrl?: unknown };
  return new PlexTv({ url: plexConfigTvUrl, clientIdentifier, tls, proxy });
}

async function start(RED: NodeAPI, sessions: SignInSessions, form: Fields, { caller, signal }: Call): Promise<object> {
  const reach = readReach(RED, form);
  const plexTv = openPlexTv(RED, reach);
  const strong = form.short !== true;
  const pin = await plexTv.createPin({ strong, signal });
  const { expiresIn, code } = pin;
  const session = sessions.add(new SignInSession(plexTv, pin, reach), caller, expiresIn);
  if (strong) return { session, url: plexTv.signInUrl(pin), expiresIn };
  return { session, code, linkUrl: plexTv.linkUrl, expiresIn };
}

/** The routes of the sign-in: to start it, to ask how it stands, and to give it up. */
export function signInHandlers(RED: NodeAPI, sessions: SignInSessions): Record<"start" | "status" | "cancel", Handler> {
  return {
    start: (form, call) => start(RED, sessions, form, call),
    status: async (form, { caller }) => {
      const id = readString(form, "session") ?? "";
      const status = await sessions.get(id, caller).getStatus();
      return status;
    },
    cancel: (form, { caller }) => {
      sessions.cancel(readString(form, "session") ?? "", caller);
      return Promise.resolve({});
    },
  };
}
