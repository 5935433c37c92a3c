import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { faults, startSimulator, type Simulator } from "../../../simulator";
import { PlexClient } from "../../../src";
import { cancelled } from "../../../src/errors";
import { type AcquireOptions, ConcurrencyLimit } from "../../../src/http/concurrency-limit";
import { rejectionOf } from "../../../testing/rejection";

/** Somebody who waits for a minute. */
const patient = (options: Partial<AcquireOptions> = {}): AcquireOptions => ({
  timeout: 60_000,
  signals: [],
  ...options,
});

describe("ConcurrencyLimit", () => {
  it("grants slots in the order in which they were asked for", async () => {
    const limit = new ConcurrencyLimit(1);
    const order: number[] = [];
    const release = await limit.acquire(patient());
    const all = [1, 2, 3].map(async (name) => {
      const giveBack = await limit.acquire(patient());
      order.push(name);
      giveBack();
    });
    release();
    await Promise.all(all);
    assert.deepEqual(order, [1, 2, 3]);
  });

  it("passes by those who have given up or were cancelled", async () => {
    const limit = new ConcurrencyLimit(1);
    const release = await limit.acquire(patient());
    const controller = new AbortController();
    const gaveUp = rejectionOf(limit.acquire(patient({ timeout: 10 })));
    const wasCancelled = rejectionOf(limit.acquire(patient({ signals: [controller.signal] })));
    const third = limit.acquire(patient());
    controller.abort();
    assert.deepEqual(await wasCancelled, cancelled());
    const { code, message, attempts, retryable } = await gaveUp;
    assert.deepEqual([code, attempts, retryable], ["timeout", 0, true]);
    assert.match(message, /^The request found no turn in time/);
    release();
    (await third)();
    // The slot is free again, and nobody holds a second one.
    const again = await limit.acquire(patient());
    assert.equal((await rejectionOf(limit.acquire(patient({ timeout: 10 })))).code, "timeout");
    again();
  });

  it("grants several slots at once, to none before those who came earlier", async () => {
    const limit = new ConcurrencyLimit(3);
    const order: string[] = [];
    const held = await limit.acquire(patient({ slots: 2 }));
    const wanting = (name: string, slots: number, timeout = 60_000) =>
      Promise.resolve(limit.acquire(patient({ slots, timeout }))).then((giveBack) => {
        order.push(name);
        for (let given = 0; given < Math.min(slots, 3); given += 1) giveBack();
      });
    const all = [wanting("three", 3), wanting("one", 1), wanting("more than there are", 9)];
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(order, []);
    held();
    held();
    await Promise.all(all);
    assert.deepEqual(order, ["three", "one", "more than there are"]);
  });

  it("goes on to those behind when who waited for several has given up", async () => {
    const limit = new ConcurrencyLimit(2);
    const held = await limit.acquire(patient());
    const greedy = rejectionOf(limit.acquire(patient({ slots: 2, timeout: 20 })));
    const modest = limit.acquire(patient({ timeout: 1000 }));
    assert.equal((await greedy).code, "timeout");
    (await modest)();
    held();
  });

  it("waits for longer than any timer can hold", async () => {
    const limit = new ConcurrencyLimit(1);
    const release = await limit.acquire(patient());
    const next = limit.acquire(patient({ timeout: 3 * (2 ** 31 - 1) }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    (await next)();
  });
});

describe("more calls than there are connections", () => {
  let simulator: Simulator;
  let client: PlexClient;

  beforeEach(async () => {
    simulator = await startSimulator();
  });

  afterEach(async () => {
    client.close();
    await simulator.close();
  });

  it("are all answered, however long the timeout and however many the retries", async () => {
    const { url, token } = simulator;
    client = new PlexClient({ url, token, clientIdentifier: "test", timeout: 2 ** 31 - 1, retries: 100 });
    simulator.fault(faults.delay(20), { times: Infinity });
    const tokens = await Promise.all(Array.from({ length: 100 }, () => client.getTransientToken()));
    assert.equal(new Set(tokens.map(({ token: each }) => each)).size, 100);
    assert.equal(simulator.requests.length, 100);
  });
});
