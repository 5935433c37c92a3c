import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { warmUp } from "../../src/warm-up";

describe("warmUp", () => {
  const counts = { "http.client.request.start": 0, "net.client.socket": 0 };
  const names = Object.keys(counts) as (keyof typeof counts)[];
  const count = (_message: unknown, name: string | symbol) => {
    counts[name as keyof typeof counts] += 1;
  };

  beforeEach(() => {
    for (const name of names) {
      counts[name] = 0;
      subscribe(name, count);
    }
  });

  afterEach(() => {
    for (const name of names) unsubscribe(name, count);
  });

  it("makes requests without a connection, and leaves nothing behind", async () => {
    // The one by which mocha limits this test starts when the test has begun to wait.
    await new Promise(setImmediate);
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    assert.equal(await warmUp(new AbortController().signal), true);
    assert.ok(counts["http.client.request.start"] >= 100);
    assert.equal(counts["net.client.socket"], 0);
    assert.ok(timers() <= before);
  });

  it("ends in the middle when its signal aborts", async () => {
    const controller = new AbortController();
    const running = warmUp(controller.signal);
    while (counts["http.client.request.start"] < 5) await new Promise(setImmediate);
    controller.abort();
    assert.equal(await running, false);
    const ended = counts["http.client.request.start"];
    assert.ok(ended < 10);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(counts["http.client.request.start"], ended);
  });

  it("does not begin when its signal has aborted", async () => {
    assert.equal(await warmUp(AbortSignal.abort()), false);
    assert.equal(counts["http.client.request.start"], 0);
  });
});
