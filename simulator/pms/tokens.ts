import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";

/** How long a transient token lives. */
export const TRANSIENT_TOKEN_LIFE = 48 * 60 * 60 * 1000;

/** What a server knows about a token that it accepts. */
export interface TokenRights {
  readonly transient: boolean;
  /** Whether it is the owner's, or was made from the owner's. */
  readonly admin: boolean;
}

/** The tokens that one server accepts. */
export class TokenStore {
  readonly #clock: Clock;
  readonly #accounts = new Map<string, TokenRights>();
  readonly #transients = new Map<string, TokenRights & { readonly issuedAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Accepts a long-lived account token from now on. */
  addAccount(token: string, admin: boolean): void {
    this.#accounts.set(token, { transient: false, admin });
  }

  /** Stops accepting a token, as after "sign out of all devices". */
  revoke(token: string): void {
    this.#accounts.delete(token);
    this.#transients.delete(token);
  }

  /** The rights of a token, or undefined when it is not (or no longer) accepted. */
  check(token: string | undefined): TokenRights | undefined {
    if (token === undefined) return undefined;
    const transient = this.#transients.get(token);
    if (!transient) return this.#accounts.get(token);
    return this.#clock.now() - transient.issuedAt < TRANSIENT_TOKEN_LIFE ? transient : undefined;
  }

  /** Makes a new transient token. */
  mint(admin: boolean): string {
    const token = `transient-${randomUUID()}`;
    this.#transients.set(token, { transient: true, admin, issuedAt: this.#clock.now() });
    return token;
  }

  /** A restart of the server: it keeps transient tokens in memory only. */
  restart(): void {
    this.#transients.clear();
  }
}
