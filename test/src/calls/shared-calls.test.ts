import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SharedCalls } from "../../../src/calls";

describe("SharedCalls", () => {
  it("freezes what several callers get, down to the last field", async () => {
    const calls = new SharedCalls<{ list: { name: string }[] }>();
    const start = () => Promise.resolve({ list: [{ name: "a" }] });
    const [{ value }, other] = await Promise.all([calls.run("key", start), calls.run("key", start)]);
    assert.equal(value, other.value);
    assert.throws(() => (value.list[0]!.name = "spoiled"), TypeError);
    assert.throws(() => value.list.push({ name: "b" }), TypeError);
  });
});
