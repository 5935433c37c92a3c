import assert from "node:assert/strict";
import { LinkedList } from "../../src/linked-list";

describe("LinkedList", () => {
  const shiftAll = (list: LinkedList<string>) => {
    const all: string[] = [];
    for (let value = list.shift(); value !== undefined; value = list.shift()) all.push(value);
    return all;
  };

  it("gives values in the order in which they came", () => {
    const list = new LinkedList<string>();
    for (const value of ["a", "b", "c"]) list.add(value);
    assert.deepEqual(shiftAll(list), ["a", "b", "c"]);
    assert.equal(list.shift(), undefined);
    list.add("d");
    assert.deepEqual(shiftAll(list), ["d"]);
  });

  for (const left of [0, 1, 2]) {
    it(`lets a value go from place ${left}, once`, () => {
      const list = new LinkedList<string>();
      const links = ["a", "b", "c"].map((value) => list.add(value));
      links[left]?.remove();
      links[left]?.remove();
      assert.deepEqual(
        shiftAll(list),
        ["a", "b", "c"].filter((_value, place) => place !== left),
      );
    });
  }

  it("lets a value go that has been given", () => {
    const list = new LinkedList<string>();
    const link = list.add("a");
    assert.equal(list.shift(), "a");
    list.add("b");
    link.remove();
    assert.deepEqual(shiftAll(list), ["b"]);
  });
});
