import { type TransientToken, transientTokenLifetime } from "../answers";
import { SharedCalls } from "./shared-calls";

/** ms before its end at which a token is no longer given out: whoever gets it needs time to use it. */
const margin = 60 * 60 * 1000;

/** What a caller accepts. */
export interface TokenRequest {
  /** ms for which a token may be given out again after it was obtained; 0 for a new one each time. */
  readonly maxAge: number;
  /** Whether a cached token will not do, as after a restart of the server. */
  readonly refresh: boolean;
  /** How often the server may have restarted by now (`PlexClient.streamsLost`); 0 unless told. */
  readonly streamsLost?: number;
}

/** Asks the server for a new token. */
export type RequestToken = (signal: AbortSignal) => Promise<TransientToken>;

interface CachedToken {
  readonly token: TransientToken;
  /** When it came, in ms of a clock that nobody sets. */
  readonly since: number;
}

/** ms since the token came, by the larger of two clocks: the wall clock may be set, the monotonic one stops in sleep. */
function ageOf({ token, since }: CachedToken): number {
  const age = Date.now() - token.issuedAt;
  return age < 0 ? Infinity : Math.max(age, performance.now() - since);
}

/** Caches the last transient token, in memory only, and gives it out while it is young enough. */
export class TokenCache {
  readonly #calls = new SharedCalls<TransientToken>();
  #cached: CachedToken | undefined;
  /** Grows with each refresh: a token that was requested in an earlier generation is not cached. */
  #generation = 0;
  /** The signal of the call that began this generation, while it is in flight. */
  #refreshing: AbortSignal | undefined;
  #streamsLost = 0;

  /** The cached token, marked as reused, where it is young enough; else undefined. */
  getCached({ maxAge, refresh, streamsLost = 0 }: TokenRequest): TransientToken | undefined {
    this.#forgetBefore(streamsLost);
    const cached = this.#cached;
    if (refresh || !cached || ageOf(cached) >= Math.min(maxAge, transientTokenLifetime - margin)) return undefined;
    return { ...cached.token, reused: true };
  }

  /**
   * A new token. Where tokens may be given out again, callers share the call that is in flight.
   * @throws PlexError
   */
  get(requestToken: RequestToken, request: TokenRequest, signal: AbortSignal): Promise<TransientToken> {
    return request.maxAge > 0 ? this.#share(requestToken, request, signal) : requestToken(signal);
  }

  async #share(
    requestToken: RequestToken,
    { refresh, streamsLost = 0 }: TokenRequest,
    signal: AbortSignal,
  ): Promise<TransientToken> {
    this.#forgetBefore(streamsLost);
    // A token that was requested before the server restarted may be dead: a refresh shares a call with refreshes alone.
    if (refresh && !this.#refreshing) {
      this.#generation += 1;
      this.#cached = undefined;
    }
    const generation = this.#generation;
    const renew = (callSignal: AbortSignal) => this.#renew(requestToken, { generation, refresh }, callSignal);
    const { value, shared } = await this.#calls.run(String(generation), renew, { signal });
    return { ...value, reused: shared };
  }

  /** A server that restarted has killed its tokens: what was obtained or asked for before is not given out again. */
  #forgetBefore(streamsLost: number): void {
    if (streamsLost === this.#streamsLost) return;
    this.#streamsLost = streamsLost;
    this.#generation += 1;
    this.#cached = undefined;
    this.#refreshing = undefined;
  }

  async #renew(
    requestToken: RequestToken,
    { generation, refresh }: { generation: number; refresh: boolean },
    signal: AbortSignal,
  ): Promise<TransientToken> {
    if (refresh) this.#refreshing = signal;
    try {
      const token = await requestToken(signal);
      if (generation === this.#generation) this.#cached = { token, since: performance.now() };
      return token;
    } finally {
      if (this.#refreshing === signal) this.#refreshing = undefined;
    }
  }
}
