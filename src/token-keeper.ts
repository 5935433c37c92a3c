import { JoinedCalls } from "./joined-calls";
import { transientTokenLife, type TransientToken } from "./responses";

/** A token this close to its end, in ms, is not given out again: whoever gets it has to have time to use it. */
const margin = 60 * 60 * 1000;

/** What one message wants. */
export interface TokenWish {
  /** ms for which a token may be given out again after it was obtained; 0 for a new one each time. */
  readonly maxAge: number;
  /** Whether the kept token is of no use, as after a restart of the server. */
  readonly refresh: boolean;
}

/** Asks the server for a new token. */
export type ObtainToken = (signal: AbortSignal) => Promise<TransientToken>;

interface Kept {
  readonly token: TransientToken;
  /** When it came, in ms of a clock that nobody sets. */
  readonly since: number;
}

/** ms for which a token has been kept: the clock may have been set meanwhile, and the other one stands in sleep. */
function ageOf({ token, since }: Kept): number {
  const age = Date.now() - token.issuedAt;
  return age < 0 ? Infinity : Math.max(age, performance.now() - since);
}

/** Keeps the last transient token, in memory only, and gives it out while it is young enough. */
export class TokenKeeper {
  readonly #calls = new JoinedCalls<TransientToken>();
  #kept: Kept | undefined;
  /** How often a token was asked for because the kept one is of no use: what was asked for earlier is not kept. */
  #era = 0;
  /** The call that opened this era, while it is out. */
  #refreshing: AbortSignal | undefined;

  /** The kept token, marked as reused, where it is young enough; else undefined. */
  peek({ maxAge, refresh }: TokenWish): TransientToken | undefined {
    const kept = this.#kept;
    if (refresh || !kept || ageOf(kept) >= Math.min(maxAge, transientTokenLife - margin)) return undefined;
    return { ...kept.token, reused: true };
  }

  /**
   * A new token. Where tokens may be given out again, those who come while one is on its way share it.
   * @throws PlexError
   */
  async get(obtain: ObtainToken, { maxAge, refresh }: TokenWish, signal: AbortSignal): Promise<TransientToken> {
    if (maxAge <= 0) return obtain(signal);
    // A token that was asked for before the server restarted may be dead: a wish to refresh joins only its like.
    if (refresh && !this.#refreshing) {
      this.#era += 1;
      this.#kept = undefined;
    }
    const era = this.#era;
    const renew = (callSignal: AbortSignal) => this.#renew(obtain, { era, refresh }, callSignal);
    const { value, joined } = await this.#calls.run(String(era), renew, { signal });
    return joined ? { ...value, reused: true } : value;
  }

  async #renew(
    obtain: ObtainToken,
    { era, refresh }: { era: number; refresh: boolean },
    signal: AbortSignal,
  ): Promise<TransientToken> {
    if (refresh) this.#refreshing = signal;
    try {
      const token = await obtain(signal);
      if (era === this.#era) this.#kept = { token, since: performance.now() };
      return token;
    } finally {
      if (this.#refreshing === signal) this.#refreshing = undefined;
    }
  }
}
