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
  const obtain = async (signal: AbortSignal): Promise<TransientToken> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (signal.aborted) throw cancelled();
    const issuedAt = Date.now() - age;
    const token = `transient-${minted.length}`;
    const common = { type: "delegation", scope: "all", reused: false, url: "http://192.168.1.10:32400" } as const;
    minted.push({ token, ...common, issuedAt, expiresAt: issuedAt + 48 * hour });
    return minted.at(-1)!;
  };
  return { minted, obtain };
}

describe("TokenKeeper", () => {
  it("obtains a new one each time without a maximum age", async () => {
    const { minted, obtain } = mint();
    const keeper = new TokenCache();
    for (let count = 0; count < 3; count += 1) {
      assert.equal((await keeper.get(obtain, { maxAge: 0, refresh: false }, never())).reused, false);
    }
    assert.equal(minted.length, 3);
  });

  it("lets a burst share one request, and only the first call has not reused it", async () => {
    const { minted, obtain } = mint();
    const keeper = new TokenCache();
    const wish = { maxAge: hour, refresh: false };
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => keeper.get(obtain, wish, never())));
    assert.equal(minted.length, 1);
    assert.equal(tokens.filter(({ reused }) => !reused).length, 1);
    assert.equal(tokens[0]?.reused, false);
    assert.equal(keeper.getCached(wish)?.reused, true);
  });

  it("hands out an object of its own each time, so that what is done to one is done to no other", async () => {
    const { obtain } = mint();
    const keeper = new TokenCache();
    const wish = { maxAge: hour, refresh: false };
    const spoil = (token: object) => Object.assign(token, { token: "spoiled", issuedAt: 0, reused: "spoiled" });
    const [first, shared] = await Promise.all([keeper.get(obtain, wish, never()), keeper.get(obtain, wish, never())]);
    spoil(first);
    assert.equal(shared.token, "transient-0");
    spoil(shared);
    const cached = keeper.getCached(wish);
    assert.deepEqual([cached?.token, cached?.reused], ["transient-0", true]);
    spoil(cached!);
    assert.equal(keeper.getCached(wish)?.token, "transient-0");
  });

  it("gives out none that is too old, and none that is about to end", async () => {
    for (const [age, maxAge, kept] of [
      [10_000, 9_000, false],
      [10_000, 20_000, true],
      [46.5 * hour, 1000 * hour, true],
      [47 * hour, 1000 * hour, false],
    ] as const) {
      const keeper = new TokenCache();
      await keeper.get(mint(age).obtain, { maxAge, refresh: false }, never());
      assert.equal(keeper.getCached({ maxAge, refresh: false }) !== undefined, kept, `${age} of ${maxAge}`);
    }
  });

  it("obtains a new one on a wish to refresh, and keeps that", async () => {
    const { obtain } = mint();
    const keeper = new TokenCache();
    await keeper.get(obtain, { maxAge: hour, refresh: false }, never());
    const fresh = await keeper.get(obtain, { maxAge: hour, refresh: true }, never());
    assert.deepEqual([fresh.token, fresh.reused], ["transient-1", false]);
    assert.equal(keeper.getCached({ maxAge: hour, refresh: false })?.token, "transient-1");
  });

  it("lets one leave without taking the token from the others", async () => {
    const { minted, obtain } = mint();
    const keeper = new TokenCache();
    const leaving = new AbortController();
    const wish = { maxAge: hour, refresh: false };
    const left = rejectionOf(keeper.get(obtain, wish, leaving.signal));
    const stays = keeper.get(obtain, wish, never());
    leaving.abort();
    assert.equal((await left).code, "cancelled");
    assert.equal((await stays).token, "transient-0");
    assert.equal(minted.length, 1);
  });

  it("tells all who leave together after how many attempts the request ended", async () => {
    const keeper = new TokenCache();
    const leaving = new AbortController();
    const wish = { maxAge: hour, refresh: false };
    const obtain = (signal: AbortSignal) =>
      new Promise<TransientToken>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(cancelled().withAttempts(2));
        });
      });
    const left = [1, 2].map(() => rejectionOf(keeper.get(obtain, wish, leaving.signal)));
    leaving.abort();
    assert.deepEqual(
      (await Promise.all(left)).map(({ attempts }) => attempts),
      [2, 2],
    );
  });

  it("stops the request when all have left, and starts anew for who comes next", async () => {
    const { minted, obtain } = mint();
    const keeper = new TokenCache();
    const leaving = new AbortController();
    const wish = { maxAge: hour, refresh: false };
    const left = rejectionOf(keeper.get(obtain, wish, leaving.signal));
    leaving.abort();
    assert.equal((await left).code, "cancelled");
    assert.equal((await keeper.get(obtain, wish, never())).token, "transient-0");
    assert.equal(minted.length, 1);
  });

  it("shares a failure, and does not keep it", async () => {
    const { obtain } = mint();
    const keeper = new TokenCache();
    const wish = { maxAge: hour, refresh: false };
    const fail = () => Promise.reject(cancelled());
    const [first, second] = [keeper.get(fail, wish, never()), keeper.get(fail, wish, never())];
    assert.equal((await rejectionOf(first)).code, "cancelled");
    assert.equal((await rejectionOf(second)).code, "cancelled");
    assert.equal((await keeper.get(obtain, wish, never())).reused, false);
  });

  it("lets a burst share a failure, an error for each, and asks anew for the next", async () => {
    const keeper = new TokenCache();
    const wish = { maxAge: hour, refresh: false };
    let asked = 0;
    const fail = async (): Promise<TransientToken> => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw statusError(503, { "retry-after": "60" }, { token: "", url: "" }).withAttempts(3);
    };
    const errors = await Promise.all(Array.from({ length: 1000 }, () => rejectionOf(keeper.get(fail, wish, never()))));
    assert.equal(asked, 1);
    assert.equal(new Set(errors).size, 1000);
    const details = errors.map(({ code, statusCode, attempts, retryable, retryAfter, message }) =>
      JSON.stringify([code, statusCode, attempts, retryable, retryAfter, message]),
    );
    assert.equal(new Set(details).size, 1);
    assert.match(details[0]!, /^\["server-error",503,3,true,60,/);
    assert.equal(keeper.getCached(wish), undefined);
    assert.equal((await keeper.get(mint().obtain, wish, never())).reused, false);
  });

  it("lets every call ask for itself without a maximum age, in a burst too", async () => {
    const { minted, obtain } = mint();
    const keeper = new TokenCache();
    const wish = { maxAge: 0, refresh: false };
    await Promise.all(Array.from({ length: 100 }, () => keeper.get(obtain, wish, never())));
    assert.equal(minted.length, 100);
    assert.equal(keeper.getCached(wish), undefined);
  });

  it("obtains a new one when the old one's time is over", async () => {
    const { obtain } = mint();
    const keeper = new TokenCache();
    const wish = { maxAge: 400, refresh: false };
    await keeper.get(obtain, wish, never());
    assert.equal(keeper.getCached(wish)?.token, "transient-0");
    await new Promise((resolve) => setTimeout(resolve, 420));
    assert.equal(keeper.getCached(wish), undefined);
    assert.deepEqual((await keeper.get(obtain, wish, never())).token, "transient-1");
  });

  it("gives out none from before the stream of events was lost, for the server may have restarted", async () => {
    const { obtain } = mint();
    const cache = new TokenCache();
    const before = { maxAge: hour, refresh: false, streamsLost: 0 };
    const after = { ...before, streamsLost: 1 };
    await cache.get(obtain, before, never());
    assert.equal(cache.getCached(before)?.token, "transient-0");
    assert.equal(cache.getCached(after), undefined);
    const fresh = await cache.get(obtain, after, never());
    assert.deepEqual([fresh.token, fresh.reused, cache.getCached(after)?.token], ["transient-1", false, "transient-1"]);
  });

  it("does not keep a token that was asked for before the stream was lost", async () => {
    const { obtain } = mint();
    const cache = new TokenCache();
    const wish = { maxAge: hour, refresh: false, streamsLost: 0 };
    const early = cache.get(obtain, wish, never());
    const late = cache.get(obtain, { ...wish, streamsLost: 1 }, never());
    assert.deepEqual(
      [(await early).token, (await late).token, (await late).reused],
      ["transient-0", "transient-1", false],
    );
    assert.equal(cache.getCached({ ...wish, streamsLost: 1 })?.token, "transient-1");
  });

  describe("when a refresh is wanted in the middle of a burst", () => {
    const wish = { maxAge: hour, refresh: false };
    const refresh = { maxAge: hour, refresh: true };

    /** Calls that are answered when the test says so. */
    function atCommand() {
      const calls: { answer: (token: string) => void; fail: () => void; signal: AbortSignal }[] = [];
      const obtain = (signal: AbortSignal) =>
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
      return { calls, obtain };
    }

    const names = (tokens: readonly TransientToken[]) => [...new Set(tokens.map(({ token }) => token))];

    it("asks once more, and who comes later gets the new one", async () => {
      const { calls, obtain } = atCommand();
      const keeper = new TokenCache();
      const before = Array.from({ length: 500 }, () => keeper.get(obtain, wish, never()));
      const wanted = Array.from({ length: 3 }, () => keeper.get(obtain, refresh, never()));
      const behind = Array.from({ length: 500 }, () => keeper.get(obtain, wish, never()));
      assert.equal(calls.length, 2);
      calls[1]?.answer("new");
      calls[0]?.answer("old");
      assert.deepEqual(names(await Promise.all(before)), ["old"]);
      assert.deepEqual(names(await Promise.all([...wanted, ...behind])), ["new"]);
      const reused = (await Promise.all([...wanted, ...behind])).map((token) => token.reused);
      assert.deepEqual([reused[0], new Set(reused.slice(1))], [false, new Set([true])]);
      assert.equal(keeper.getCached(wish)?.token, "new");
    });

    it("does not let an answer that was asked for earlier take the place of the new one", async () => {
      const { calls, obtain } = atCommand();
      const keeper = new TokenCache();
      const early = keeper.get(obtain, wish, never());
      const late = keeper.get(obtain, refresh, never());
      calls[1]?.answer("new");
      assert.equal((await late).token, "new");
      assert.equal(keeper.getCached(wish)?.token, "new");
      calls[0]?.answer("dead");
      assert.equal((await early).token, "dead");
      assert.equal(keeper.getCached(wish)?.token, "new");
    });

    it("does not give the old one out while the new one is on its way", async () => {
      const { calls, obtain } = atCommand();
      const keeper = new TokenCache();
      const first = keeper.get(obtain, wish, never());
      calls[0]?.answer("old");
      await first;
      const wanted = keeper.get(obtain, refresh, never());
      assert.equal(keeper.getCached(wish), undefined);
      const meanwhile = keeper.get(obtain, wish, never());
      calls[1]?.answer("new");
      assert.deepEqual(names(await Promise.all([wanted, meanwhile])), ["new"]);
      assert.equal(calls.length, 2);
    });

    it("does not go back to the old one when the refresh fails", async () => {
      const { calls, obtain } = atCommand();
      const keeper = new TokenCache();
      const first = keeper.get(obtain, wish, never());
      calls[0]?.answer("old");
      await first;
      const wanted = rejectionOf(keeper.get(obtain, refresh, never()));
      const meanwhile = rejectionOf(keeper.get(obtain, wish, never()));
      calls[1]?.fail();
      assert.notEqual(await wanted, await meanwhile);
      const next = keeper.get(obtain, wish, never());
      calls[2]?.answer("new");
      assert.deepEqual([(await next).token, (await next).reused], ["new", false]);
    });

    it("starts anew for the next wish when all who had one have left", async () => {
      const { calls, obtain } = atCommand();
      const keeper = new TokenCache();
      const leaving = new AbortController();
      const left = rejectionOf(keeper.get(obtain, refresh, leaving.signal));
      leaving.abort();
      const next = keeper.get(obtain, refresh, never());
      assert.deepEqual([(await left).code, calls.map(({ signal }) => signal.aborted)], ["cancelled", [true, false]]);
      calls[1]?.answer("new");
      assert.equal((await next).token, "new");
      assert.equal(keeper.getCached(wish)?.token, "new");
    });
  });

  describe("when the clock is set", () => {
    const wish = { maxAge: hour, refresh: false };

    for (const [name, age] of [
      ["back to before the token came", -1000],
      ["back by a day", -24 * hour],
      ["forward to the end of the reuse time", hour],
      ["forward by days", 50 * hour],
    ] as const) {
      it(`obtains a new one: ${name}`, async () => {
        const keeper = new TokenCache();
        await keeper.get(mint(age).obtain, wish, never());
        assert.equal(keeper.getCached(wish), undefined);
      });
    }

    it("counts the time that has really passed: back, and not to before the token came", async () => {
      const keeper = new TokenCache();
      const short = { maxAge: 300, refresh: false };
      await keeper.get(mint(-200).obtain, short, never());
      await new Promise((resolve) => setTimeout(resolve, 400));
      // By the clock it is about 200 ms old.
      assert.equal(keeper.getCached(short), undefined);
    });
  });
});
