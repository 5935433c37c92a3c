import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { TransientToken } from "../../src";
import { TokenKeeper } from "../../src/token-keeper";
import { cancelled } from "../../src/failures";
import { rejectionOf } from "../helpers/rejection";

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
    minted.push({ token, type: "delegation", scope: "all", issuedAt, expiresAt: issuedAt + 48 * hour, reused: false });
    return minted.at(-1)!;
  };
  return { minted, obtain };
}

describe("TokenKeeper", () => {
  it("obtains a new one each time without a maximum age", async () => {
    const { minted, obtain } = mint();
    const keeper = new TokenKeeper();
    for (let count = 0; count < 3; count += 1) {
      assert.equal((await keeper.get(obtain, { maxAge: 0, refresh: false }, never())).reused, false);
    }
    assert.equal(minted.length, 3);
  });

  it("lets a burst share one request, and only the first call has not reused it", async () => {
    const { minted, obtain } = mint();
    const keeper = new TokenKeeper();
    const wish = { maxAge: hour, refresh: false };
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => keeper.get(obtain, wish, never())));
    assert.equal(minted.length, 1);
    assert.equal(tokens.filter(({ reused }) => !reused).length, 1);
    assert.equal(tokens[0]?.reused, false);
    assert.equal(keeper.peek(wish)?.reused, true);
  });

  it("gives out none that is too old, and none that is about to end", async () => {
    for (const [age, maxAge, kept] of [
      [10_000, 9_000, false],
      [10_000, 20_000, true],
      [46.5 * hour, 1000 * hour, true],
      [47 * hour, 1000 * hour, false],
    ] as const) {
      const keeper = new TokenKeeper();
      await keeper.get(mint(age).obtain, { maxAge, refresh: false }, never());
      assert.equal(keeper.peek({ maxAge, refresh: false }) !== undefined, kept, `${age} of ${maxAge}`);
    }
  });

  it("obtains a new one on a wish to refresh, and keeps that", async () => {
    const { obtain } = mint();
    const keeper = new TokenKeeper();
    await keeper.get(obtain, { maxAge: hour, refresh: false }, never());
    const fresh = await keeper.get(obtain, { maxAge: hour, refresh: true }, never());
    assert.deepEqual([fresh.token, fresh.reused], ["transient-1", false]);
    assert.equal(keeper.peek({ maxAge: hour, refresh: false })?.token, "transient-1");
  });

  it("lets one leave without taking the token from the others", async () => {
    const { minted, obtain } = mint();
    const keeper = new TokenKeeper();
    const leaving = new AbortController();
    const wish = { maxAge: hour, refresh: false };
    const left = rejectionOf(keeper.get(obtain, wish, leaving.signal));
    const stays = keeper.get(obtain, wish, never());
    leaving.abort();
    assert.equal((await left).code, "cancelled");
    assert.equal((await stays).token, "transient-0");
    assert.equal(minted.length, 1);
  });

  it("stops the request when all have left, and starts anew for who comes next", async () => {
    const { minted, obtain } = mint();
    const keeper = new TokenKeeper();
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
    const keeper = new TokenKeeper();
    const wish = { maxAge: hour, refresh: false };
    const fail = () => Promise.reject(cancelled());
    const [first, second] = [keeper.get(fail, wish, never()), keeper.get(fail, wish, never())];
    assert.equal((await rejectionOf(first)).code, "cancelled");
    assert.equal((await rejectionOf(second)).code, "cancelled");
    assert.equal((await keeper.get(obtain, wish, never())).reused, false);
  });
});
