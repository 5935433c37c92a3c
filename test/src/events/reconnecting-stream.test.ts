import assert from "node:assert/strict";
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import { PlexError, type PlexErrorCode } from "../../../src/errors";
import {
  type ConnectionChange,
  type OpenStream,
  ReconnectingStream,
} from "../../../src/events/stream/reconnecting-stream";

const timing = { settled: 1_000, minDelay: 1_000, maxDelay: 60_000, helplessDelay: 300_000 };

/** What one stream does: it never ends unless it says how. */
type Fate =
  | { readonly ends: PlexErrorCode; readonly retryAfter?: number; readonly opens?: boolean; readonly frame?: string }
  | "lives";

describe("a stream that is kept open, by a clock that runs as fast as it can", () => {
  let stream: ReconnectingStream;
  /** When it was opened, in ms since the first time. */
  let opened: number[];
  let changes: ConnectionChange[];
  let lost: number;
  let endCurrent: (code: PlexErrorCode) => void;
  let fates: (count: number) => Fate;
  let begin: number;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    begin = Date.now();
    [opened, changes, lost] = [[], [], 0];
    const open: OpenStream = ({ onOpen, onFrame }) => {
      opened.push(Date.now() - begin);
      const fate = fates(opened.length);
      if (fate === "lives" || fate.opens === true) onOpen();
      if (fate !== "lives" && fate.frame !== undefined) onFrame(fate.frame, "{}");
      return new Promise((_resolve, reject) => {
        endCurrent = (code) => {
          reject(new PlexError({ code, what: "It ended.", hint: "Wait." }));
        };
        if (fate !== "lives") {
          const { ends: code, retryAfter } = fate;
          reject(new PlexError({ code, what: "It ended.", hint: "Wait.", ...(retryAfter && { retryAfter }) }));
        }
      });
    };
    stream = new ReconnectingStream(
      open,
      {
        onFrame: () => undefined,
        onOpen: () => undefined,
        onLost: () => (lost += 1),
        onStatus: () => undefined,
        onChange: (change) => changes.push(change),
      },
      timing,
    );
  });

  afterEach(() => {
    stream.close();
    mock.timers.reset();
  });

  const pass = async (ms: number) => {
    for (const end = Date.now() + ms; Date.now() < end;) {
      mock.timers.tick(250);
      await turn();
    }
  };
  const until = async (count: number) => {
    while (opened.length < count) await pass(250);
  };
  const gaps = () => opened.slice(1).map((at, index) => at - opened[index]!);
  /** The most that were opened within a minute, after this number of them. */
  const mostPerMinute = (from: number) =>
    Math.max(...opened.slice(from).map((at) => opened.filter((other) => other >= at && other < at + 60_000).length));

  for (const [after, fate] of [
    ["", { opens: false }],
    [", each time after its head,", { opens: true }],
    [", each time after a ping,", { opens: true, frame: "ping" }],
  ] as const) {
    it(`that ends at once a thousand times${after} is opened less and less often`, async function () {
      this.timeout(30_000);
      fates = () => ({ ends: "unreachable", ...fate });
      stream.start();
      await until(1_000);
      assert.ok(Math.min(...gaps()) >= 500, `${Math.min(...gaps())} ms between two`);
      assert.ok(Math.max(...gaps()) <= 60_250, `${Math.max(...gaps())} ms between two`);
      assert.ok(mostPerMinute(0) <= 9, `${mostPerMinute(0)} in the first minute`);
      assert.ok(mostPerMinute(10) <= 3, `${mostPerMinute(10)} in a later minute`);
      assert.ok(new Set(gaps().slice(10)).size > 20, "not all at the same pace");
      const told = new Set(changes);
      assert.deepEqual([told.size, [...told][0]?.connected, lost], [1, false, fate.opens ? 1 : 0]);
    });
  }

  it("that an event has come by was there: what failed before is forgotten", async () => {
    fates = (count) => ({ ends: "unreachable", opens: true, ...(count === 20 && { frame: "playing" }) });
    stream.start();
    await until(22);
    const [beforeIt, afterIt] = gaps().slice(18, 20);
    assert.ok(beforeIt! > 20_000 && afterIt! <= 1_250, gaps().join());
    assert.equal(changes.filter(({ connected }) => connected).length, 1);
  });

  it("that was there for a second, and ends, is opened again soon: what failed before is forgotten", async () => {
    fates = (count) => (count <= 20 ? { ends: "server-error" } : "lives");
    stream.start();
    await until(21);
    await pass(2_000);
    assert.equal(changes.at(-1)?.connected, true);
    const ended = Date.now() - begin;
    endCurrent("unreachable");
    await until(22);
    assert.ok(opened.at(-1)! - ended <= 1_250, `${opened.at(-1)! - ended} ms`);
  });

  it("waits for as long as the server asks for, but never longer than five minutes", async () => {
    const asked = [120, 86_400, 120];
    fates = (count) => {
      const retryAfter = asked[count - 1];
      return retryAfter === undefined ? "lives" : { ends: "server-error", retryAfter };
    };
    stream.start();
    await until(4);
    const [first, second, third] = gaps();
    assert.ok(first! >= 120_000 && first! < 121_000 && third! >= 120_000 && third! < 121_000, gaps().join());
    assert.ok(second! >= 300_000 && second! < 301_000, gaps().join());
  });

  for (const code of ["unauthorized", "forbidden", "tls", "redirected", "not-found"] as const) {
    it(`that ends with ${code} is opened every five minutes`, async () => {
      fates = () => ({ ends: code });
      stream.start();
      await until(20);
      assert.ok(
        gaps().every((gap) => gap >= 300_000 && gap <= 300_250),
        gaps().join(),
      );
      assert.equal(new Set(changes).size, 1);
    });
  }

  it("is not opened any more once it is closed, in whatever delay", async () => {
    fates = () => ({ ends: "unreachable" });
    stream.start();
    await until(5);
    stream.close();
    await pass(3_600_000);
    assert.equal(opened.length, 5);
  });
});
