import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import { faults, startSimulator, type Simulator } from "../../../simulator";
import { PlexClient } from "../../../src";
import { cancelled } from "../../../src/errors";
import { ConcurrencyLimit, Slots, type SlotsOptions } from "../../../src/http/concurrency-limit";
import { rejectionOf } from "../../../testing/rejection";

describe("ConcurrencyLimit", () => {
  /** Slots for which somebody waits for a minute. */
  const patient = (limit: ConcurrencyLimit, options: Partial<SlotsOptions> = {}) =>
    new Slots(limit, { timeout: 60_000, signals: [], ...options });

  /** Waits as a caller does. */
  const acquire = async (limit: ConcurrencyLimit, options?: Partial<SlotsOptions>) => {
    const slots = patient(limit, options);
    await slots.acquire();
    return slots;
  };

  it("grants a free slot at once", () => {
    const limit = new ConcurrencyLimit(1);
    const slots = patient(limit);
    assert.equal(slots.acquire(), undefined);
    slots.release();
    assert.equal(patient(limit).acquire(), undefined);
  });

  it("grants slots in the order in which they were asked for", async () => {
    const limit = new ConcurrencyLimit(1);
    const order: number[] = [];
    const held = await acquire(limit);
    const all = [1, 2, 3].map(async (name) => {
      const slots = await acquire(limit);
      order.push(name);
      slots.release();
    });
    held.release();
    await Promise.all(all);
    assert.deepEqual(order, [1, 2, 3]);
  });

  it("passes by those who have given up or were cancelled", async () => {
    const limit = new ConcurrencyLimit(1);
    const held = await acquire(limit);
    const controller = new AbortController();
    const gaveUp = rejectionOf(acquire(limit, { timeout: 10 }));
    const wasCancelled = rejectionOf(acquire(limit, { signals: [controller.signal] }));
    const third = acquire(limit);
    controller.abort();
    assert.deepEqual(await wasCancelled, cancelled());
    const { code, message, attempts, retryable } = await gaveUp;
    assert.deepEqual([code, attempts, retryable], ["timeout", 0, true]);
    assert.match(message, /^The request found no turn in time/);
    held.release();
    (await third).release();
    // The slot is free again, and nobody holds a second one.
    const again = await acquire(limit);
    assert.equal((await rejectionOf(acquire(limit, { timeout: 10 }))).code, "timeout");
    again.release();
  });

  it("counts the time of all waits of a call together", async () => {
    const limit = new ConcurrencyLimit(1);
    const slots = patient(limit, { timeout: 400 });
    const first = await acquire(limit);
    const turn = slots.acquire();
    await sleep(300);
    first.release();
    await turn;
    slots.release();
    await acquire(limit);
    const start = performance.now();
    assert.equal((await rejectionOf(slots.acquire() ?? Promise.resolve())).code, "timeout");
    assert.ok(performance.now() - start < 300);
  });

  it("grants several slots at once, to none before those who came earlier", async () => {
    const limit = new ConcurrencyLimit(3);
    const order: string[] = [];
    const held = await acquire(limit, { slots: 2 });
    const wanting = (name: string, slots: number) =>
      acquire(limit, { slots }).then((granted) => {
        order.push(name);
        for (let given = 0; given < granted.count; given += 1) granted.release();
      });
    const all = [wanting("three", 3), wanting("one", 1), wanting("more than there are", 9)];
    await sleep(10);
    assert.deepEqual(order, []);
    held.release();
    held.release();
    await Promise.all(all);
    assert.deepEqual(order, ["three", "one", "more than there are"]);
  });

  it("goes on to those behind when who waited for several has given up", async () => {
    const limit = new ConcurrencyLimit(2);
    const held = await acquire(limit);
    const greedy = rejectionOf(acquire(limit, { slots: 2, timeout: 20 }));
    const modest = acquire(limit, { timeout: 1000 });
    assert.equal((await greedy).code, "timeout");
    (await modest).release();
    held.release();
  });

  it("waits for longer than any timer can hold", async () => {
    const limit = new ConcurrencyLimit(1);
    const held = await acquire(limit);
    const next = acquire(limit, { timeout: 3 * (2 ** 31 - 1) });
    await sleep(20);
    held.release();
    (await next).release();
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
