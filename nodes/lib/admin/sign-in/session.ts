import { notConfigured, PlexError, type PlexErrorCode } from "../../../../src/errors";
import type { Pin, PlexTv } from "../../../../src/plex-tv";
import type { ConnectionSettings } from "../form";

/** ms between two questions to plex.tv about the same sign-in (Plex: "poll once per second"). */
const pollInterval = 1_000;

/** What the editor is told of a sign-in. */
export type SignInStatus =
  | { readonly state: "waiting"; readonly expiresIn: number; readonly problem?: PlexErrorCode }
  | { readonly state: "done" | "expired" | "denied" };

/** One sign-in: its pin, and the account's token once the user has allowed it. Neither leaves it. */
export class SignInSession {
  readonly #plexTv: PlexTv;
  readonly #deadline: number;
  readonly #work = new AbortController();
  #pin: Pin | undefined;
  #token: string | undefined;
  #outcome: "done" | "expired" | "denied" | undefined;
  #problem: PlexErrorCode | undefined;
  #nextAsk = 0;
  #asking: Promise<void> | undefined;

  constructor(
    plexTv: PlexTv,
    pin: Pin,
    readonly connection: ConnectionSettings,
  ) {
    this.#plexTv = plexTv;
    this.#pin = pin;
    this.#deadline = pin.receivedAt + pin.expiresIn;
  }

  /** Whether the user has allowed it and the account's token is here. */
  isDone(): boolean {
    return this.#outcome === "done";
  }

  /** The account's token. @throws PlexError `not-configured` while the user has not allowed the sign-in */
  get token(): string {
    if (this.#token !== undefined) return this.#token;
    throw notConfigured("The sign-in is not complete.", "Allow it on Plex's page, or start it again.");
  }

  /** How it stands; asks plex.tv where that is not known yet and it is time to. */
  async getStatus(): Promise<SignInStatus> {
    if (this.#outcome === undefined && Date.now() >= this.#deadline) this.#end("expired");
    if (this.#outcome === undefined && Date.now() >= this.#nextAsk) {
      this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    }
    // Who asks while a question is out waits for the same answer.
    await this.#asking;
    if (this.#outcome !== undefined) return { state: this.#outcome };
    const expiresIn = Math.max(0, this.#deadline - Date.now());
    return { state: "waiting", expiresIn, ...(this.#problem && { problem: this.#problem }) };
  }

  /** Forgets the pin and the token, and ends a question that is out. */
  close(): void {
    if (this.#outcome !== "denied") this.#end("expired");
    this.#work.abort();
    this.#plexTv.close();
  }

  #end(outcome: "done" | "expired" | "denied", token?: string): void {
    this.#outcome = outcome;
    this.#pin = undefined;
    this.#token = token;
  }

  async #ask(): Promise<void> {
    const pin = this.#pin;
    if (!pin) return;
    this.#nextAsk = Date.now() + pollInterval;
    try {
      const answer = await this.#plexTv.checkPin(pin, { signal: this.#work.signal });
      this.#problem = undefined;
      // It may have been cancelled in the meantime.
      if (this.#outcome !== undefined) return;
      if (answer.state === "allowed") this.#end("done", answer.token);
      if (answer.state === "expired") this.#end("expired");
      if (answer.state === "gone") this.#end(Date.now() >= this.#deadline ? "expired" : "denied");
    } catch (error) {
      this.#problem = error instanceof PlexError ? error.code : "invalid-response";
      const { retryAfter = 0 } = error as Partial<PlexError>;
      this.#nextAsk = Math.max(this.#nextAsk, Date.now() + retryAfter * 1000);
    }
  }
}
