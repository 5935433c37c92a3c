import { randomBytes } from "node:crypto";
import { notConfigured } from "../../../../src/errors";
import { DetailedError } from "../http";
import type { SignInSession, SignInStatus } from "./session";

/** More sign-ins at a time than editors are open; the oldest gives way. */
const maxSessions = 50;

/** ms for which what a sign-in brought is kept, and a finished one can still tell its outcome. */
const lifetime = 15 * 60 * 1000;

interface Entry {
  readonly session: SignInSession;
  readonly caller: string;
  timer: NodeJS.Timeout;
}

function unknownSession(): DetailedError {
  return new DetailedError(
    notConfigured("This sign-in is not known, or not any more.", "Start to sign in again."),
    "session-unknown",
  );
}

/** The sign-ins that are open, each for the one who started it. */
export class SignInSessions {
  readonly #entries = new Map<string, Entry>();

  /** Keeps a sign-in. @returns the name to find it by, which cannot be guessed */
  add(session: SignInSession, caller: string, expiresIn: number): string {
    const id = randomBytes(24).toString("base64url");
    this.#entries.set(id, { session, caller, timer: this.#forgetIn(id, expiresIn + lifetime) });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > maxSessions && oldest !== undefined) this.#forget(oldest);
    return id;
  }

  /** The sign-in of this caller. @throws DetailedError `session-unknown` */
  get(id: string, caller: string): SignInSession {
    const entry = this.#find(id, caller);
    if (entry) return entry.session;
    throw unknownSession();
  }

  /**
   * How the sign-in of this caller stands. Once it is done, what it brought is kept for 15 minutes from then on.
   * @throws DetailedError `session-unknown`
   */
  async getStatus(id: string, caller: string): Promise<SignInStatus> {
    const entry = this.#find(id, caller);
    if (!entry) throw unknownSession();
    const wasDone = entry.session.isDone();
    const status = await entry.session.getStatus();
    if (!wasDone && entry.session.isDone() && this.#entries.get(id) === entry) {
      clearTimeout(entry.timer);
      entry.timer = this.#forgetIn(id, lifetime);
    }
    return status;
  }

  /** Forgets the sign-in of this caller; another's, or none, is left alone. */
  cancel(id: string, caller: string): void {
    if (this.#find(id, caller)) this.#forget(id);
  }

  #find(id: string, caller: string): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry?.caller === caller ? entry : undefined;
  }

  #forgetIn(id: string, ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#forget(id);
    }, ms);
    // It keeps no process alive.
    return timer.unref();
  }

  #forget(id: string): void {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    clearTimeout(entry?.timer);
    entry?.session.close();
  }
}
