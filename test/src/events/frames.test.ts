import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { readEntry } from "../../../src/events/notifications/entries";
import { isWanted, readFrame } from "../../../src/events/notifications/frames";

const read = (event: string | undefined, document: unknown) => readFrame(event, JSON.stringify(document));
const entriesOf = (event: string | undefined, document: unknown) => read(event, document).map(readEntry);

const stop = { sessionKey: "7", ratingKey: "12", key: "/library/metadata/12", viewOffset: 5000, state: "stopped" };
const asEntry = {
  kind: "playing",
  session: "7",
  player: null,
  ratingKey: "12",
  path: "/library/metadata/12",
  state: "stopped",
  position: 5000,
};

describe("frames of the stream", () => {
  it("are read as a bare object, as a list in a container, and as very old servers wrote them", () => {
    const bare = entriesOf("playing", { PlaySessionStateNotification: stop });
    const wrapped = { type: "playing", size: 1, PlaySessionStateNotification: [stop] };
    const container = entriesOf(undefined, { NotificationContainer: wrapped });
    const named = entriesOf("message", { NotificationContainer: wrapped });
    const old = entriesOf(undefined, { NotificationContainer: { type: "playing", size: 1, _children: [stop] } });
    const unnamed = entriesOf(undefined, { PlaySessionStateNotification: [stop] });
    for (const entries of [bare, container, named, old, unnamed]) assert.deepEqual(entries, [asEntry]);
  });

  it("may hold more than one entry", () => {
    const list = [stop, { ...stop, sessionKey: "8" }, { ...stop, sessionKey: "9" }];
    const container = { type: "playing", size: 3, PlaySessionStateNotification: list };
    const sessions = entriesOf(undefined, { NotificationContainer: container }).map((entry) =>
      entry.kind === "playing" ? entry.session : null,
    );
    assert.deepEqual(sessions, ["7", "8", "9"]);
  });

  it("may have numbers as text and text as numbers", () => {
    const odd = { ...stop, sessionKey: 7, ratingKey: 12, viewOffset: "5000", state: "Stopped" };
    assert.deepEqual(entriesOf("playing", { PlaySessionStateNotification: odd }), [asEntry]);
    const timeline = { identifier: "com.plexapp.plugins.library", sectionID: 8, itemID: 40, type: "4", state: "5" };
    assert.deepEqual(entriesOf("timeline", { TimelineEntry: timeline }), [
      { kind: "timeline", item: "40", section: "8", type: 4, title: null, state: "done" },
    ]);
  });

  it("of types that are not known hold what the server sent", () => {
    const entry = { ratingKey: "1", anything: [1, 2] };
    assert.deepEqual(read("brand.new", { SomethingNew: entry }), [{ type: "brand.new", entry }]);
    assert.deepEqual(read("brand.new", { value: 5 }), [{ type: "brand.new", entry: { value: 5 } }]);
    assert.deepEqual(read(undefined, { NotificationContainer: { type: "brand.new", size: 2, New: [entry, entry] } }), [
      { type: "brand.new", entry },
      { type: "brand.new", entry },
    ]);
  });

  it("tell nothing of pings and of the log", () => {
    assert.deepEqual(read("ping", {}), []);
    assert.deepEqual(read("log", { LogSentNotification: { message: "secret" } }), []);
    const log = { type: "log", size: 1, LogSentNotification: [{ message: "secret" }] };
    assert.deepEqual(read(undefined, { NotificationContainer: log }), []);
    assert.deepEqual(read("playing", { NotificationContainer: log }), []);
  });

  it("that are no JSON hold nothing", () => {
    for (const data of ["", "{", "null", "[]", "5", '"text"', '{"NotificationContainer":']) {
      assert.deepEqual(readFrame("playing", data), [], data);
    }
  });

  it("need not be parsed where nobody wants their type", () => {
    const types = new Set(["playing"]);
    assert.deepEqual(
      ["playing", "activity", undefined, "message", "ping"].map((event) => isWanted(event, types)),
      [true, false, true, true, false],
    );
    assert.deepEqual([isWanted("activity", null), isWanted("ping", null), isWanted("log", null)], [true, false, false]);
  });

  it("say that a session lives where their state is none that starts or ends it", () => {
    for (const [state, expected] of [
      ["playing", "playing"],
      ["paused", "paused"],
      ["stopped", "stopped"],
      ["error", "stopped"],
      ["buffering", "other"],
      ["", "other"],
      ["rewinding", "other"],
    ] as const) {
      const [entry] = entriesOf("playing", { PlaySessionStateNotification: { ...stop, state } });
      assert.equal(entry?.kind === "playing" && entry.state, expected);
    }
  });

  it("name no item of a library where the section is none or another plug-in speaks", () => {
    const entry = { identifier: "com.plexapp.plugins.library", sectionID: "8", itemID: "4", type: 1, state: 0 };
    const kinds = [entry, { ...entry, sectionID: "-1" }, { ...entry, identifier: "tv.plex.providers.epg" }].map(
      (each) => entriesOf("timeline", { TimelineEntry: each })[0]?.kind,
    );
    assert.deepEqual(kinds, ["timeline", "other", "other"]);
  });

  it("never throw, whatever they are", () => {
    const name = fc.constantFrom(
      ...["NotificationContainer", "PlaySessionStateNotification", "TimelineEntry", "ActivityNotification", "Activity"],
      ...["type", "size", "_children", "sessionKey", "state", "Context", "__proto__", "constructor", "itemID"],
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 5 }, fc.jsonValue(), tie("object"), fc.array(tie("any"), { maxLength: 3 })),
      object: fc.dictionary(name, tie("any"), { maxKeys: 5 }),
    }));
    const event = fc.constantFrom(undefined, "playing", "timeline", "activity", "message", "status", "else");
    fc.assert(
      fc.property(event, any, (type, document) => {
        for (const notification of read(type, document)) {
          assert.equal(typeof notification.type, "string");
          readEntry(notification);
        }
      }),
      { numRuns: 3000 },
    );
    fc.assert(fc.property(event, fc.string(), (type, data) => readFrame(type, data).length >= 0));
  });
});
