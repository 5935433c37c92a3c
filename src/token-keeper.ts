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

/** Keeps the last transient token, in memory only, and gives it out while it is young enough. */
export class TokenKeeper {
  readonly #calls = new JoinedCalls<TransientToken>();
  #kept: TransientToken | undefined;

  /** The kept token, marked as reused, where it is young enough; else undefined. */
  peek({ maxAge, refresh }: TokenWish): TransientToken | undefined {
    const kept = this.#kept;
    if (refresh || !kept) return undefined;
    const age = Date.now() - kept.issuedAt;
    return age >= 0 && age < Math.min(maxAge, transientTokenLife - margin) ? { ...kept, reused: true } : undefined;
  }

  /**
   * A new token. Where tokens may be given out again, those who come while one is on its way share it.
   * @throws PlexError
   */
  async get(obtain: ObtainToken, { maxAge, refresh }: TokenWish, signal: AbortSignal): Promise<TransientToken> {
    if (maxAge <= 0) return obtain(signal);
    const renew = async (callSignal: AbortSignal) => (this.#kept = await obtain(callSignal));
    // A token that was asked for before the server restarted may be dead: a wish to refresh joins only its like.
    const { value, joined } = await this.#calls.run(refresh ? "refresh" : "any", renew, signal);
    return joined ? { ...value, reused: true } : value;
  }
}
