import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { ListPages, pageSize, type PageWish } from "../../../src/endpoint/list-pages";

interface Answer {
  readonly content: unknown;
  readonly header?: string | undefined;
}

interface Film {
  readonly ratingKey: string;
}

const films = (number: number, start = 0): Film[] =>
  Array.from({ length: number }, (_film, index) => ({ ratingKey: String(start + index) }));

/** Asks a server, which is a function here, until the list is there. */
function collect(answer: (wish: PageWish) => Answer, limit = 1000) {
  const pages = new ListPages(limit);
  const wishes: PageWish[] = [];
  const progress: string[] = [];
  while (!pages.isOver) {
    const wish = pages.next;
    assert.ok(wishes.length < 5000, "asks for ever");
    wishes.push(wish);
    const { content, header } = answer(wish);
    pages.add(content, header);
    const [count, total] = pages.progress;
    progress.push(total === undefined ? String(count) : `${count}/${total}`);
  }
  return { result: pages.result() as Record<string, unknown>, wishes, progress };
}

/** A server that pages properly. */
const server =
  (list: readonly Film[], tell: (container: object) => Answer = (content) => ({ content })) =>
  ({ start, size }: PageWish): Answer => {
    const Metadata = list.slice(start, start + size);
    return tell({
      offset: start,
      size: Metadata.length,
      totalSize: list.length,
      title1: `Films from ${start}`,
      Metadata,
    });
  };

describe("ListPages", () => {
  it("asks page by page until all of it is there", () => {
    const { result, wishes, progress } = collect(server(films(450)));
    assert.deepEqual(wishes, [
      { start: 0, size: 200 },
      { start: 200, size: 200 },
      { start: 400, size: 200 },
    ]);
    assert.deepEqual(progress, ["200/450", "400/450", "450/450"]);
    assert.deepEqual(result, { title1: "Films from 0", Metadata: films(450), complete: true });
  });

  it("stops at the limit, asks for no more than that, and tells that there is more", () => {
    const { result, wishes, progress } = collect(server(films(1234)), 250);
    assert.deepEqual(wishes, [
      { start: 0, size: 200 },
      { start: 200, size: 50 },
    ]);
    assert.deepEqual(progress, ["200/1234", "250/1234"]);
    assert.deepEqual(result, { title1: "Films from 0", Metadata: films(250), complete: false });
  });

  it("is complete where the limit is as high as the list is long", () => {
    const { result, wishes } = collect(server(films(400)), 400);
    assert.equal(wishes.length, 2);
    assert.equal(result.complete, true);
  });

  it("takes the total from the header where the container does not tell", () => {
    const answer = ({ start, size }: PageWish) => ({ content: { Metadata: films(size, start) }, header: " 600 " });
    const { result, progress } = collect(answer);
    assert.deepEqual(progress, ["200/600", "400/600", "600/600"]);
    assert.deepEqual(result, { Metadata: films(600), complete: true });
  });

  it("believes the container and not the header", () => {
    const { result } = collect(server(films(250), (content) => ({ content, header: "9999" })));
    assert.deepEqual([(result.Metadata as []).length, result.complete], [250, true]);
  });

  it("reads on until an empty page where nobody tells the total", () => {
    const list = films(250);
    const answer = ({ start, size }: PageWish) => ({ content: { size: 7, Metadata: list.slice(start, start + size) } });
    const { result, wishes, progress } = collect(answer);
    assert.deepEqual(
      wishes.map(({ start }) => start),
      [0, 200, 250],
    );
    assert.deepEqual(progress, ["200", "250", "250"]);
    assert.deepEqual(result, { Metadata: list, complete: true });
  });

  it("does not say complete at the limit where nobody tells the total", () => {
    const answer = ({ start, size }: PageWish) => ({ content: { Metadata: films(200).slice(start, start + size) } });
    const { result, wishes } = collect(answer, 200);
    assert.equal(wishes.length, 1);
    assert.deepEqual(result, { Metadata: films(200), complete: false });
  });

  for (const total of ["-1", "many", "", "1e3", null, -1, 1.5, Infinity, {}, "9".repeat(400)]) {
    it(`takes ${JSON.stringify(total)} for no total`, () => {
      const list = films(3);
      const answer = ({ start }: PageWish) => ({ content: { totalSize: total, Metadata: list.slice(start) } });
      assert.deepEqual(collect(answer).result, { Metadata: list, complete: true });
    });
  }

  it("goes on where the server gives fewer than asked for", () => {
    const list = films(120);
    const answer = ({ start }: PageWish) => server(list)({ start, size: 50 });
    const { result, wishes } = collect(answer);
    assert.deepEqual(
      wishes.map(({ start }) => start),
      [0, 50, 100],
    );
    assert.deepEqual([result.Metadata, result.complete], [list, true]);
  });

  it("takes all that a server sends which knows no pages", () => {
    const content = { size: 700, totalSize: 700, Metadata: films(700) };
    const { result, wishes } = collect(() => ({ content }));
    assert.equal(wishes.length, 1);
    assert.deepEqual(result, { Metadata: films(700), complete: true });
  });

  it("cuts at the limit what such a server sends", () => {
    const { result } = collect(() => ({ content: { Metadata: films(700), Directory: films(5) } }), 300);
    assert.deepEqual(result, { Metadata: films(300), Directory: [], complete: false });
  });

  it("cuts at the limit where it lies between two lists", () => {
    const content = { Directory: [{ key: "a" }, { key: "b" }], Metadata: films(3), totalSize: 5 };
    const { result } = collect(() => ({ content }), 3);
    assert.deepEqual(result, { Directory: content.Directory, Metadata: films(1), complete: false });
  });

  for (const totalSize of [undefined, 700]) {
    it(`ends with what came where the server gives the same page again (total ${totalSize ?? "untold"})`, () => {
      const { result, wishes } = collect(() => ({ content: { totalSize, Metadata: films(200) } }));
      assert.equal(wishes.length, 2);
      assert.deepEqual(result, { Metadata: films(200), complete: false });
    });
  }

  it("ends where a server repeats its last page", () => {
    const { result, wishes } = collect(({ start }) => ({ content: { Metadata: films(200, Math.min(start, 400)) } }));
    assert.equal(wishes.length, 4);
    assert.deepEqual(result, { Metadata: films(600), complete: false });
  });

  it("does not say complete where it has cut, whatever the server told", () => {
    const { result } = collect(() => ({ content: { totalSize: 5, Metadata: films(10) } }), 7);
    assert.deepEqual(result, { Metadata: films(7), complete: false });
  });

  it("sees that a page comes again though its container differs", () => {
    const { result, wishes } = collect(({ start }) => ({ content: { offset: start, Metadata: films(200) } }));
    assert.equal(wishes.length, 2);
    assert.deepEqual(result, { Metadata: films(200), complete: false });
  });

  it("ends where a server begins from the start again", () => {
    const { result, wishes } = collect(({ start }) => ({ content: { Metadata: films(200, start % 600) } }), 10_000);
    assert.equal(wishes.length, 4);
    assert.deepEqual(result, { Metadata: films(600), complete: false });
  });

  it("ends where a server has less than it told", () => {
    const list = films(250);
    const answer = ({ start, size }: PageWish) => ({
      content: { totalSize: 900, Metadata: list.slice(start, start + size) },
    });
    const { result, wishes } = collect(answer);
    assert.equal(wishes.length, 3);
    assert.deepEqual(result, { Metadata: list, complete: false });
  });

  it("follows a list that grows or shrinks meanwhile", () => {
    const growing = collect(({ start, size }) => server(films(start === 0 ? 300 : 450))({ start, size }));
    assert.deepEqual([growing.result.Metadata, growing.result.complete], [films(450), true]);
    const shrinking = collect(({ start, size }) => server(films(start === 0 ? 450 : 300))({ start, size }));
    assert.deepEqual([shrinking.result.Metadata, shrinking.result.complete], [films(300), true]);
  });

  it("joins each list under its name, also one that comes later", () => {
    const pages = [
      { totalSize: 5, Directory: [1, 2], Metadata: [3] },
      { Hub: [4], Metadata: [5] },
    ];
    const { result } = collect(({ start }) => ({ content: pages[start === 0 ? 0 : 1] }));
    assert.deepEqual(result, { Directory: [1, 2], Metadata: [3, 5], Hub: [4], complete: true });
  });

  it("takes one item that is no list for a list of one", () => {
    const pages = [{ totalSize: 3, Metadata: films(2) }, { Metadata: films(1, 2)[0] }];
    const { result } = collect(({ start }) => ({ content: pages[start === 0 ? 0 : 1] }));
    assert.deepEqual(result, { Metadata: films(3), complete: true });
  });

  it("counts no description of the items as one of them", () => {
    const Meta = [{ Type: [{ key: "a" }, { key: "b" }] }];
    const { result, progress } = collect(() => ({ content: { totalSize: "2", Meta, Video: films(2) } }));
    assert.deepEqual(progress, ["2/2"]);
    assert.deepEqual(result, { Meta, Video: films(2), complete: true });
  });

  for (const content of [{ size: 0 }, { size: "0", totalSize: "0" }, { totalSize: 0, offset: 0 }]) {
    it(`is complete where the list is empty: ${JSON.stringify(content)}`, () => {
      const { result, wishes } = collect(() => ({ content: { ...content, title1: "Films" } }));
      assert.equal(wishes.length, 1);
      assert.deepEqual(result, { title1: "Films", complete: true });
    });
  }

  it("keeps the name of an empty list", () => {
    assert.deepEqual(collect(() => ({ content: { Metadata: [] } })).result, { Metadata: [], complete: true });
  });

  for (const content of [null, "OK", 5, [1, 2], { version: "1", size: 3 }, { complete: 1 }]) {
    it(`gives back what is no list: ${JSON.stringify(content)}`, () => {
      const { result, wishes } = collect(() => ({ content, header: undefined }));
      assert.equal(wishes.length, 1);
      assert.deepEqual(result, content);
    });
  }

  it("gives back a bare list whatever the header tells", () => {
    assert.deepEqual(collect(() => ({ content: [1, 2], header: "7" })).result, [1, 2]);
  });

  it("ends where a later answer is no list", () => {
    const { result } = collect(({ start }) => ({ content: start === 0 ? { Metadata: films(1) } : null }));
    assert.deepEqual(result, { Metadata: films(1), complete: true });
  });

  it("puts nothing into a prototype", () => {
    const content: unknown = JSON.parse('{"totalSize":1,"__proto__":[{"polluted":true}],"constructor":"x"}');
    const { result } = collect(() => ({ content }));
    assert.equal(JSON.stringify(result), '{"constructor":"x","__proto__":[{"polluted":true}],"complete":true}');
    assert.equal(Object.getPrototypeOf(result), Object.prototype);
  });

  it("joins long lists without filling the stack", () => {
    const content = { Metadata: films(300_000), totalSize: 300_000 };
    const { result } = collect(() => ({ content }), 1_000_000);
    assert.equal((result.Metadata as []).length, 300_000);
  });

  it("brings what the server has, up to the limit, from any server that pages", () => {
    const behaviour = fc.record({
      length: fc.integer({ min: 0, max: 1500 }),
      limit: fc.integer({ min: 1, max: 1600 }),
      most: fc.integer({ min: 1, max: 700 }),
      told: fc.constantFrom("container", "text", "header", "nowhere"),
    });
    fc.assert(
      fc.property(behaviour, ({ length, limit, most, told }) => {
        const list = films(length);
        const answer = ({ start, size }: PageWish): Answer => {
          assert.ok(size > 0 && size <= pageSize && start + size <= limit);
          const Metadata = list.slice(start, start + Math.min(size, most));
          const totalSize = told === "container" ? length : told === "text" ? String(length) : undefined;
          return {
            content: { size: Metadata.length, totalSize, offset: start, Metadata },
            header: told === "header" ? String(length) : undefined,
          };
        };
        const { result, wishes } = collect(answer, limit);
        const isKnown = told !== "nowhere" || length < limit;
        assert.deepEqual(result, { Metadata: list.slice(0, limit), complete: length <= limit && isKnown });
        assert.equal(new Set(wishes.map(({ start }) => start)).size, wishes.length, "asks for each page once");
      }),
      { numRuns: 300 },
    );
  });

  it("ends, within the limit, whatever a server sends", () => {
    const fields = fc.constantFrom(
      "Metadata",
      "Directory",
      "Meta",
      "size",
      "totalSize",
      "offset",
      "complete",
      "__proto__",
    );
    const page = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fields, fc.oneof(fc.jsonValue(), fc.nat(9), fc.array(fc.nat(9), { maxLength: 5 }))),
    );
    const answers = fc.array(fc.tuple(page, fc.option(fc.constantFrom("3", "x", "0"))), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(answers, fc.integer({ min: 1, max: 12 }), (given, limit) => {
        let turn = 0;
        const { result, wishes } = collect(() => {
          const [content, header] = given[turn++ % given.length] ?? [];
          return { content, header: header ?? undefined };
        }, limit);
        assert.ok(wishes.length <= limit + 1);
        if (result === given[0]?.[0]) return;
        const lists = Object.entries(result).filter(([name, value]) => Array.isArray(value) && name !== "Meta");
        assert.ok(lists.reduce((sum, [, list]) => sum + (list as []).length, 0) <= limit);
        assert.equal(typeof result.complete, "boolean");
      }),
      { numRuns: 2000 },
    );
  });
});
