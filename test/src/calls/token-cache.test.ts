import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { TransientToken } from "../../../src";
import { TokenCache } from "../../../src/calls/token-cache";
import { cancelled } from "../../../src/errors";
import { statusError } from "../../../src/http/status-errors";
import { rejectionOf } from "../../../testing/rejection";

const hour = 60 * 60 * 1000;

/** A signal of its own for each call, as each message has one. */
const never = () => new AbortController().signal;

/** A server that mints tokens `age` ms old, and counts them. */
function mint(age = 0) {
  const minted: TransientToken[] = [];
  const requestToken = async (signal: AbortSignal): Promise<TransientToken> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (signal.aborted) throw cancelled();
    const issuedAt = Date.now() - age;
    const token = `transient-${minted.length}`;
    const common = { type: "delegation", scope: "all", reused: false, url: "http://192.168.1.10:32400" } as const;
    minted.push({ token, ...common, issuedAt, expiresAt: issuedAt + 48 * hour });
    return minted.at(-1)!;
  };
  return { minted, requestToken };
}

describe("TokenCache", () => {
  it("obtains a new one each time without a maximum age", async () => {
    const { minted, requestToken } = mint();
    const cache = new TokenCache();
    for (let count = 0; count < 3; count += 1) {
      assert.equal((await cache.get(requestToken, { maxAge: 0, refresh: false }, never())).reused, false);
    }
    assert.equal(minted.length, 3);
  });

  it("lets a burst share one request, and only the first call has not reused it", async () => {
    const { minted, requestToken } = mint();
    const cache = new TokenCache();
    const request = { maxAge: hour, refresh: false };
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => cache.get(requestToken, request, never())));
    assert.equal(minted.length, 1);
    assert.equal(tokens.filter(({ reused }) => !reused).length, 1);
    assert.equal(tokens[0]?.reused, false);
    assert.equal(cache.getCached(request)?.reused, true);
  });

  it("hands out an object of its own each time, so that what is done to one is done to no other", async () => {
    const { requestToken } = mint();
    const cache = new TokenCache();
    const request = { maxAge: hour, refresh: false };
    const spoil = (token: object) => Object.assign(token, { token: "spoiled", issuedAt: 0, reused: "spoiled" });
    const [first, shared] = await Promise.all([
      cache.get(requestToken, request, never()),
      cache.get(requestToken, request, never()),
    ]);
    spoil(first);
    assert.equal(shared.token, "transient-0");
    spoil(shared);
    const cached = cache.getCached(request);
    assert.deepEqual([cached?.token, cached?.reused], ["transient-0", true]);
    spoil(cached!);
    assert.equal(cache.getCached(request)?.token, "transient-0");
  });

  it("gives out none that is too old, and none that is about to end", async () => {
    for (const [age, maxAge, kept] of [
      [10_000, 9_000, false],
      [10_000, 20_000, true],
      [46.5 * hour, 1000 * hour, true],
      [47 * hour, 1000 * hour, false],
    ] as const) {
      const cache = new TokenCache();
      await cache.get(mint(age).requestToken, { maxAge, refresh: false }, never());
      assert.equal(cache.getCached({ maxAge, refresh: false }) !== undefined, kept, `${age} of ${maxAge}`);
    }
  });

  it("obtains a new one on a request to refresh, and keeps that", async () => {
    const { requestToken } = mint();
    const cache = new TokenCache();
    await cache.get(requestToken, { maxAge: hour, refresh: false }, never());
    const fresh = await cache.get(requestToken, { maxAge: hour, refresh: true }, never());
    assert.deepEqual([fresh.token, fresh.reused], ["transient-1", false]);
    assert.equal(cache.getCached({ maxAge: hour, refresh: false })?.token, "transient-1");
  });

  it("lets one leave without taking the token from the others", async () => {
    const { minted, requestToken } = mint();
    const cache = new TokenCache();
    const leaving = new AbortController();
    const request = { maxAge: hour, refresh: false };
    const left = rejectionOf(cache.get(requestToken, request, leaving.signal));
    const stays = cache.get(requestToken, request, never());
    leaving.abort();
    assert.equal((await left).code, "cancelled");
    assert.equal((await stays).token, "transient-0");
    assert.equal(minted.length, 1);
  });

  it("tells all who leave together after how many attempts the request ended", async () => {
    const cache = new TokenCache();
    const leaving = new AbortController();
    const request = { maxAge: hour, refresh: false };
    const requestToken = (signal: AbortSignal) =>
      new Promise<TransientToken>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(cancelled().withAttempts(2));
        });
      });
    const left = [1, 2].map(() => rejectionOf(cache.get(requestToken, request, leaving.signal)));
    leaving.abort();
    assert.deepEqual(
      (await Promise.all(left)).map(({ attempts }) => attempts),
      [2, 2],
    );
  });

  it("stops the request when all have left, and starts anew for who comes next", async () => {
    const { minted, requestToken } = mint();
    const cache = new TokenCache();
    const leaving = new AbortController();
    const request = { maxAge: hour, refresh: false };
    const left = rejectionOf(cache.get(requestToken, request, leaving.signal));
    leaving.abort();
    assert.equal((await left).code, "cancelled");
    assert.equal((await cache.get(requestToken, request, never())).token, "transient-0");
    assert.equal(minted.length, 1);
  });

  it("shares a failure, and does not keep it", async () => {
    const { requestToken } = mint();
    const cache = new TokenCache();
    const request = { maxAge: hour, refresh: false };
    const fail = () => Promise.reject(cancelled());
    const [first, second] = [cache.get(fail, request, never()), cache.get(fail, request, never())];
    assert.equal((await rejectionOf(first)).code, "cancelled");
    assert.equal((await rejectionOf(second)).code, "cancelled");
    assert.equal((await cache.get(requestToken, request, never())).reused, false);
  });

  it("lets a burst share a failure, an error for each, and asks anew for the next", async () => {
    const cache = new TokenCache();
    const request = { maxAge: hour, refresh: false };
    let asked = 0;
    const fail = async (): Promise<TransientToken> => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw statusError(503, { "retry-after": "60" }, { token: "", url: "" }).withAttempts(3);
    };
    const errors = await Promise.all(
      Array.from({ length: 1000 }, () => rejectionOf(cache.get(fail, request, never()))),
    );
    assert.equal(asked, 1);
    assert.equal(new Set(errors).size, 1000);
    const details = errors.map(({ code, statusCode, attempts, retryable, retryAfter, message }) =>
      JSON.stringify([code, statusCode, attempts, retryable, retryAfter, message]),
    );
    assert.equal(new Set(details).size, 1);
    assert.match(details[0]!, /^\["server-error",503,3,true,60,/);
    assert.equal(cache.getCached(request), undefined);
    assert.equal((await cache.get(mint().requestToken, request, never())).reused, false);
  });

  it("lets every call ask for itself without a maximum age, in a burst too", async () => {
    const { minted, requestToken } = mint();
    const cache = new TokenCache();
    const request = { maxAge: 0, refresh: false };
    await Promise.all(Array.from({ length: 100 }, () => cache.get(requestToken, request, never())));
    assert.equal(minted.length, 100);
    assert.equal(cache.getCached(request), undefined);
  });

  it("obtains a new one when the old one's time is over", async () => {
    const { requestToken } = mint();
    const cache = new TokenCache();
    const request = { maxAge: 400, refresh: false };
    await cache.get(requestToken, request, never());
    assert.equal(cache.getCached(request)?.token, "transient-0");
    await new Promise((resolve) => setTimeout(resolve, 420));
    assert.equal(cache.getCached(request), undefined);
    assert.deepEqual((await cache.get(requestToken, request, never())).token, "transient-1");
  });

  it("gives out none from before the stream of events was lost, for the server may have restarted", async () => {
    const { requestToken } = mint();
    const cache = new TokenCache();
    const before = { maxAge: hour, refresh: false, streamsLost: 0 };
    const after = { ...before, streamsLost: 1 };
    await cache.get(requestToken, before, never());
    assert.equal(cache.getCached(before)?.token, "transient-0");
    assert.equal(cache.getCached(after), undefined);
    const fresh = await cache.get(requestToken, after, never());
    assert.deepEqual([fresh.token, fresh.reused, cache.getCached(after)?.token], ["transient-1", false, "transient-1"]);
  });

  it("does not keep a token that was asked for before the stream was lost", async () => {
    const { requestToken } = mint();
    const cache = new TokenCache();
    const request = { maxAge: hour, refresh: false, streamsLost: 0 };
    const early = cache.get(requestToken, request, never());
    const late = cache.get(requestToken, { ...request, streamsLost: 1 }, never());
    assert.deepEqual(
      [(await early).token, (await late).token, (await late).reused],
      ["transient-0", "transient-1", false],
    );
    assert.equal(cache.getCached({ ...request, streamsLost: 1 })?.token, "transient-1");
  });

  describe("when a refresh is wanted in the middle of a burst", () => {
    const request = { maxAge: hour, refresh: false };
    const refresh = { maxAge: hour, refresh: true };

    /** Calls that are answered when the test says so. */
    function atCommand() {
      const calls: { answer: (token: string) => void; fail: () => void; signal: AbortSignal }[] = [];
      const requestToken = (signal: AbortSignal) =>
        new Promise<TransientToken>((resolve, reject) => {
          const answer = (token: string) => {
            const issuedAt = Date.now();
            resolve({
              token,
              type: "delegation",
              scope: "all",
              issuedAt,
              expiresAt: issuedAt + 48 * hour,
              reused: false,
              url: "http://192.168.1.10:32400",
            });
          };
          const fail = () => {
            reject(cancelled());
          };
          signal.addEventListener("abort", fail);
          calls.push({ answer, fail, signal });
        });
      return { calls, requestToken };
    }

    const names = (tokens: readonly TransientToken[]) => [...new Set(tokens.map(({ token }) => token))];

    it("asks once more, and who comes later gets the new one", async () => {
      const { calls, requestToken } = atCommand();
      const cache = new TokenCache();
      const before = Array.from({ length: 500 }, () => cache.get(requestToken, request, never()));
      const wanted = Array.from({ length: 3 }, () => cache.get(requestToken, refresh, never()));
      const behind = Array.from({ length: 500 }, () => cache.get(requestToken, request, never()));
      assert.equal(calls.length, 2);
      calls[1]?.answer("new");
      calls[0]?.answer("old");
      assert.deepEqual(names(await Promise.all(before)), ["old"]);
      assert.deepEqual(names(await Promise.all([...wanted, ...behind])), ["new"]);
      const reused = (await Promise.all([...wanted, ...behind])).map((token) => token.reused);
      assert.deepEqual([reused[0], new Set(reused.slice(1))], [false, new Set([true])]);
      assert.equal(cache.getCached(request)?.token, "new");
    });

    it("does not let an answer that was asked for earlier take the place of the new one", async () => {
      const { calls, requestToken } = atCommand();
      const cache = new TokenCache();
      const early = cache.get(requestToken, request, never());
      const late = cache.get(requestToken, refresh, never());
      calls[1]?.answer("new");
      assert.equal((await late).token, "new");
      assert.equal(cache.getCached(request)?.token, "new");
      calls[0]?.answer("dead");
      assert.equal((await early).token, "dead");
      assert.equal(cache.getCached(request)?.token, "new");
    });

    it("does not give the old one out while the new one is on its way", async () => {
      const { calls, requestToken } = atCommand();
      const cache = new TokenCache();
      const first = cache.get(requestToken, request, never());
      calls[0]?.answer("old");
      await first;
      const wanted = cache.get(requestToken, refresh, never());
      assert.equal(cache.getCached(request), undefined);
      const meanwhile = cache.get(requestToken, request, never());
      calls[1]?.answer("new");
      assert.deepEqual(names(await Promise.all([wanted, meanwhile])), ["new"]);
      assert.equal(calls.length, 2);
    });

    it("does not go back to the old one when the refresh fails", async () => {
      const { calls, requestToken } = atCommand();
      const cache = new TokenCache();
      const first = cache.get(requestToken, request, never());
      calls[0]?.answer("old");
      await first;
      const wanted = rejectionOf(cache.get(requestToken, refresh, never()));
      const meanwhile = rejectionOf(cache.get(requestToken, request, never()));
      calls[1]?.fail();
      assert.notEqual(await wanted, await meanwhile);
      const next = cache.get(requestToken, request, never());
      calls[2]?.answer("new");
      assert.deepEqual([(await next).token, (await next).reused], ["new", false]);
    });

    it("starts anew for the next request when all who had one have left", async () => {
      const { calls, requestToken } = atCommand();
      const cache = new TokenCache();
      const leaving = new AbortController();
      const left = rejectionOf(cache.get(requestToken, refresh, leaving.signal));
      leaving.abort();
      const next = cache.get(requestToken, refresh, never());
      assert.deepEqual([(await left).code, calls.map(({ signal }) => signal.aborted)], ["cancelled", [true, false]]);
      calls[1]?.answer("new");
      assert.equal((await next).token, "new");
      assert.equal(cache.getCached(request)?.token, "new");
    });
  });

  describe("when the clock is set", () => {
    const request = { maxAge: hour, refresh: false };

    for (const [name, age] of [
      ["back to before the token came", -1000],
      ["back by a day", -24 * hour],
      ["forward to the end of the reuse time", hour],
      ["forward by days", 50 * hour],
    ] as const) {
      it(`obtains a new one: ${name}`, async () => {
        const cache = new TokenCache();
        await cache.get(mint(age).requestToken, request, never());
        assert.equal(cache.getCached(request), undefined);
      });
    }

    it("counts the time that has really passed: back, and not to before the token came", async () => {
      const cache = new TokenCache();
      const short = { maxAge: 300, refresh: false };
      await cache.get(mint(-200).requestToken, short, never());
      await new Promise((resolve) => setTimeout(resolve, 400));
      // By the clock it is about 200 ms old.
      assert.equal(cache.getCached(short), undefined);
    });
  });
});
