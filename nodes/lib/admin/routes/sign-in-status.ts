import { readString } from "../../../../src/answers";
import type { Handler } from "../http";
import type { SignInSessions } from "../sign-in";

/** The route that tells how a sign-in stands. */
export function signInStatusHandler(sessions: SignInSessions): Handler {
  return (form, { caller }) => sessions.getStatus(readString(form, "session") ?? "", caller);
}
