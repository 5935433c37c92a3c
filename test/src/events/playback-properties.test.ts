import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { PlexEvent } from "../../../src/events/notifications/event";
import { mostPlays } from "../../../src/events/playback/table";
import { Home, type HomeSession } from "../../../testing/events/home";

const players = ["tv-1", "tv-2", "tv-3"] as const;
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

/** One thing that happens to a home; what it means depends on what has happened before. */
type Happening = (home: Home, keys: string[]) => void;

const position = fc.oneof(fc.nat(100_000), fc.constant(undefined));
const item = fc.constantFrom("100", "200", "300", "");
const state = fc.constantFrom("playing", "playing", "playing", "paused", "stopped", "buffering", "error", "odd");

/** A key belongs to one player, as on a server. */
const playerOf = (key: string) => pick(players, Number(key));

const frame = fc
  .record({ newKey: fc.boolean(), index: fc.nat(50), item, state, position, named: fc.boolean() })
  .map(({ newKey, index, item: ratingKey, state: to, position: viewOffset, named }): Happening => (home, keys) => {
    if (newKey || keys.length === 0) keys.push(String(keys.length + 1));
    const sessionKey = pick(keys.slice(-4), index);
    const key = ratingKey === "" ? "" : `/library/metadata/${ratingKey}`;
    const player = named && { clientIdentifier: playerOf(sessionKey) };
    home.notify({ sessionKey, ratingKey, key, state: to, viewOffset, ...player });
  });

const sessionsOf = (keys: readonly string[], picks: readonly [number, string, boolean][]): HomeSession[] =>
  picks.map(([index, ratingKey, playing]) => {
    const sessionKey = keys.length === 0 ? "1" : pick(keys.slice(-6), index);
    return { sessionKey, ratingKey, player: playerOf(sessionKey), state: playing ? "playing" : "paused" };
  });

const answer = fc
  .oneof(
    { weight: 4, arbitrary: fc.array(fc.tuple(fc.nat(50), item, fc.boolean()), { maxLength: 4 }) },
    fc.constantFrom("refused" as const, "failing" as const),
  )
  .map((sessions): Happening => (home, keys) => {
    home.sessions = typeof sessions === "string" ? sessions : sessionsOf(keys, sessions);
  });

const late = fc
  .tuple(fc.array(fc.tuple(fc.nat(50), item, fc.boolean()), { maxLength: 4 }), fc.nat(30_000))
  .map(([sessions, age]): Happening => (home, keys) => {
    home.list(sessionsOf(keys, sessions), home.now - age);
  });

const passing = fc
  .constantFrom(1, 100, 500, 1_999, 2_000, 2_001, 10_000, 60_000, 299_999, 600_000)
  .map((ms): Happening => (home) => {
    home.pass(ms);
  });

const gap = fc.constantFrom<Happening>(
  (home) => home.lose(),
  (home) => home.connect(),
  (home) => home.lose().pass(5_000).connect(),
);

const happenings = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: frame },
    { weight: 3, arbitrary: passing },
    { weight: 2, arbitrary: answer },
    { weight: 1, arbitrary: late },
    { weight: 1, arbitrary: gap },
  ),
  { maxLength: 60, size: "max" },
);

/** What may come before an event in one session, besides the event that opened it. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  paused: ["resumed"],
  resumed: ["paused"],
  progress: ["resumed"],
  stopped: ["resumed", "paused"],
};

/** Follows the events as a flow would, and fails where one does not follow from those before. */
class Follower {
  open = 0;
  readonly #states = new Map<string | null, string>();
  /** Session keys that name more than one at a time: nobody can tell those apart. */
  readonly #ambiguous = new Set<string | null>();

  follow({ event, session }: PlexEvent): void {
    const before = this.#states.get(session);
    if (event === "started" || event === "changed") {
      assert.ok(event === "started" || this.open > 0, "changed, and nothing was there");
      if (event === "started") this.open += 1;
      if (before !== undefined && before !== "stopped") this.#ambiguous.add(session);
      this.#states.set(session, "resumed");
      return;
    }
    const follows = before !== undefined && allowed[event]?.includes(before) === true;
    assert.ok(follows || this.#ambiguous.has(session), `${event} after ${String(before)} of ${String(session)}`);
    if (event === "stopped") this.open -= 1;
    if (event !== "progress") this.#states.set(session, event);
  }
}

function assertBounded({ table, hearing }: Home): void {
  for (const size of [
    table.plays.size,
    table.doubts.length,
    table.stopped.size,
    hearing.told.size,
    hearing.held.length,
  ]) {
    assert.ok(size <= mostPlays, `${size} entries`);
  }
}

describe("playback, whatever happens in any order", () => {
  it("alternates, and ends each start once", () => {
    fc.assert(
      fc.property(happenings, fc.constantFrom(0, 2_000, 30_000), fc.boolean(), (all, settle, byName) => {
        const home = new Home({ settle, progress: true, ...(byName && { player: "LIVING ROOM" }) }).connect();
        const follower = new Follower();
        const keys: string[] = [];
        const follow = () => {
          for (const event of home.take()) follower.follow(event);
          assert.equal(follower.open, home.hearing.told.size + home.hearing.held.length);
          assertBounded(home);
        };
        for (const happen of all) {
          happen(home, keys);
          follow();
        }
        home.sessions = [];
        home.lose().connect().pass(3_600_000);
        follow();
        assert.deepEqual([follower.open, home.table.plays.size, home.table.doubts.length], [0, 0, 0]);
      }),
      { numRuns: 500 },
    );
  });

  it("does not grow, however many sessions there are, and still ends each start", () => {
    for (const sessions of ["refused", "failing", "listed"] as const) {
      const home = new Home().connect();
      const follower = new Follower();
      for (let key = 1; key <= 1_000; key += 1) {
        const session = { sessionKey: String(key), ratingKey: String(key), player: `tv-${key}` };
        home.sessions = sessions === "listed" ? [session] : sessions;
        const { player: clientIdentifier, ...named } = session;
        home.notify({ ...named, clientIdentifier, state: "playing" });
        home.notify({ sessionKey: `x${key}`, ratingKey: String(key), state: "stopped" });
        if (key % 3 === 0) home.pass(10);
        for (const event of home.take()) follower.follow(event);
        assertBounded(home);
      }
      home.sessions = [];
      home.lose().connect().pass(3_600_000);
      for (const event of home.take()) follower.follow(event);
      assert.deepEqual([follower.open, home.table.plays.size], [0, 0], sessions);
    }
  });

  it("asks for the sessions less and less often where they help nothing", () => {
    const home = new Home().connect();
    home.notify({ sessionKey: "1", state: "playing", clientIdentifier: "tv-1" });
    const before = home.asked.length;
    home.pass(3_600_000);
    assert.ok(home.asked.length - before < 25, `${home.asked.length - before} questions in an hour`);
  });
});
