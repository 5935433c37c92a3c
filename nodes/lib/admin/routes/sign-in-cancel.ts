import { readString } from "../../../../src/answers";
import type { Handler } from "../http";
import type { SignInSessions } from "../sign-in";

/** The route that gives a sign-in up. */
export function signInCancelHandler(sessions: SignInSessions): Handler {
  return (form, { caller }) => {
    sessions.cancel(readString(form, "session") ?? "", caller);
    return Promise.resolve({});
  };
}
