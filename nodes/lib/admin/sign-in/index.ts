export { type Account, openAccount } from "./account";
export { openPlexTv } from "./open-plex-tv";
export { SignInSession } from "./session";
export { SignInSessions } from "./sessions";
