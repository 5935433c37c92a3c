import assert from "node:assert/strict";
import fc from "fast-check";
import { beforeEach, describe, it } from "mocha";
import { readEntry } from "../../../src/events/notifications/entries";
import type { PlexEvent } from "../../../src/events/notifications/event";
import { readFrame } from "../../../src/events/notifications/frames";
import { libraryWants, onItem, onLibraryTick, onScanned, onTimeline } from "../../../src/events/library/library";
import { emptyLibrary, mostItems, type LibraryStep } from "../../../src/events/library/state";
import { onTitles } from "../../../src/events/library/titles";
import { readMetadata, readSections } from "../../../src/events/notifications/media";

const agent = "com.plexapp.plugins.library";
const created = {
  identifier: agent,
  sectionID: "8",
  itemID: "40",
  type: 4,
  title: "",
  state: 0,
  metadataState: "created",
};
const busy = { identifier: agent, sectionID: "8", itemID: "40", type: 4, title: "", state: 3, metadataState: "queued" };
const done = { identifier: agent, sectionID: "8", itemID: "40", type: 4, title: "A Show S01 E01", state: 5 };
const deleted = { ...done, state: 9, metadataState: "deleted" };
const episode = {
  ratingKey: "40",
  type: "episode",
  title: "Pilot",
  grandparentTitle: "A Show",
  parentIndex: 1,
  index: 1,
};
const scanned = {
  event: "ended",
  uuid: "d6199ba1",
  Activity: { uuid: "d6199ba1", type: "library.update.section", title: "Scanning", Context: { librarySectionID: "8" } },
};

/** A library whose server answers what is asked for at once. */
class Shelf {
  now = 1_000;
  library = emptyLibrary;
  readonly events: PlexEvent[] = [];
  /** What `/library/metadata` answers by ratingKey. */
  metadata: Readonly<Record<string, object | undefined>> = {};
  /** What `/library/sections` answers; undefined for a failure. */
  sections: object | undefined = { MediaContainer: { Directory: [{ key: 8, title: "Shows" }] } };
  readonly asked: string[] = [];

  get names(): string[] {
    return this.events.map(({ event }) => event);
  }

  notify(type: string, key: string, ...entries: object[]): this {
    const container = { type, size: entries.length, [key]: entries };
    for (const notification of readFrame(undefined, JSON.stringify({ NotificationContainer: container }))) {
      const entry = readEntry(notification);
      if (entry.kind === "timeline") this.#step(onTimeline(this.library, entry, this.now));
      if (entry.kind === "scanned") this.#step(onScanned(this.library, entry, this.now));
    }
    return this.#serve();
  }

  timeline(...entries: object[]): this {
    return this.notify("timeline", "TimelineEntry", ...entries);
  }

  pass(ms: number): this {
    const end = this.now + ms;
    for (let rounds = 0; ; rounds += 1) {
      if (rounds > 1_000) throw new Error("Something is due again and again.");
      const { tickAt } = libraryWants(this.library, this.now);
      if (tickAt === null || tickAt > end) break;
      this.now = Math.max(this.now, tickAt);
      this.#step(onLibraryTick(this.library, this.now));
      this.#serve();
    }
    this.now = end;
    return this;
  }

  #serve(): this {
    const { metadata, titles } = libraryWants(this.library, this.now);
    for (const id of metadata) {
      this.asked.push(id);
      const item = this.metadata[id];
      const media = readMetadata({ MediaContainer: { Metadata: item ? [item] : [] } });
      this.#step(onItem(this.library, id, media, this.now));
    }
    if (titles || libraryWants(this.library, this.now).titles) {
      this.asked.push("sections");
      const answer = this.sections && readSections(this.sections);
      this.#step(onTitles(this.library, answer ?? null, this.now));
    }
    return this;
  }

  #step({ library, events }: LibraryStep): void {
    this.library = library;
    this.events.push(...events);
  }
}

describe("the library", () => {
  let shelf: Shelf;

  beforeEach(() => {
    shelf = new Shelf();
    shelf.metadata = { 40: episode };
  });

  it("tells what was added once, when the server is done with it, with its metadata", () => {
    shelf.timeline(created).timeline(busy).pass(3_000).timeline(done);
    const [event] = shelf.events;
    assert.deepEqual(event, {
      event: "added",
      at: 1_000,
      ...{ session: null, inferred: false, position: null, completed: null, player: null, user: null },
      media: {
        ...{ type: "episode", title: "Pilot", year: null, show: "A Show", season: 1, episode: 1, artist: null },
        ...{ album: null, ratingKey: "40", library: "Shows", duration: null, thumb: null, live: false },
      },
    });
    for (let count = 0; count < 10; count += 1) shelf.timeline({ ...done, mediaState: "analyzing" }, done).pass(40_000);
    shelf.timeline(created).timeline(done).pass(60_000);
    assert.deepEqual(shelf.names, ["added"]);
  });

  it("asks again for metadata that is late, and gives up after 10 min", () => {
    shelf.metadata = {};
    shelf.timeline(created).timeline(done);
    assert.deepEqual(shelf.asked, ["40"]);
    shelf.pass(90_000);
    assert.deepEqual(shelf.names, []);
    shelf.metadata = { 40: episode };
    shelf.pass(60_000);
    assert.deepEqual(shelf.names, ["added"]);
    shelf
      .timeline({ ...created, itemID: "41" })
      .timeline({ ...done, itemID: "41" })
      .pass(700_000);
    assert.deepEqual([shelf.names, shelf.library.items.size], [["added"], 0]);
    const asked = shelf.asked.filter((id) => id === "41").length;
    assert.ok(asked > 5 && asked < 25, String(asked));
  });

  it("tells what no agent looks after, whose last state is 1, once its section is quiet", () => {
    shelf.timeline(created);
    for (let count = 0; count < 5; count += 1) shelf.pass(5_000).timeline({ ...busy, itemID: "99", state: 1 });
    assert.deepEqual(shelf.asked, []);
    shelf.pass(10_000);
    assert.deepEqual(shelf.names, ["added"]);
  });

  it("tells nothing of shows, seasons, artists, albums, optimized versions, and items of no section", () => {
    for (const type of [2, 3, 8, 9, 42]) shelf.timeline({ ...created, itemID: `5${type}`, type });
    shelf.timeline({ ...created, sectionID: "-1", type: 12 }).timeline({ ...created, identifier: "tv.plex.epg" });
    shelf.pass(60_000);
    assert.deepEqual([shelf.asked, shelf.library.items.size], [[], 0]);
    shelf.metadata = { 60: { ratingKey: "60", type: "season", title: "Season 1" } };
    shelf.timeline({ ...created, itemID: "60", type: undefined }).pass(60_000);
    assert.deepEqual([shelf.asked, shelf.names], [["60"], []]);
  });

  it("tells nothing of done items that were not created now", () => {
    shelf.timeline(done, done).pass(60_000);
    assert.deepEqual([shelf.names, shelf.asked], [[], []]);
  });

  it("tells what was removed once, with the title of its section", () => {
    shelf.timeline(deleted).timeline(deleted).pass(1_000);
    const [event] = shelf.events;
    assert.deepEqual(
      [shelf.names, event?.media.title, event?.media.ratingKey, event?.media.type, event?.media.library],
      [["removed"], "A Show S01 E01", "40", "episode", "Shows"],
    );
    shelf.timeline({ ...deleted, itemID: "41", type: 3 });
    assert.equal(shelf.events.length, 1);
  });

  it("tells only of the removal where an item goes before its metadata came", () => {
    shelf.metadata = {};
    shelf.timeline(created).timeline(done).pass(1_000).timeline(deleted);
    shelf.metadata = { 40: episode };
    shelf.pass(600_000);
    assert.deepEqual(shelf.names, ["removed"]);
  });

  it("tells the end of a scan once, with the title of its section", () => {
    const { Activity } = scanned;
    shelf.notify(
      "activity",
      "ActivityNotification",
      { ...scanned, event: "started" },
      { ...scanned, event: "updated" },
    );
    shelf.notify("activity", "ActivityNotification", { ...scanned, Activity: { ...Activity, type: "media.analyze" } });
    assert.deepEqual(shelf.names, []);
    shelf.notify("activity", "ActivityNotification", scanned).notify("activity", "ActivityNotification", scanned);
    assert.deepEqual([shelf.names, shelf.events[0]?.media.library], [["scanned"], "Shows"]);
    shelf.notify("activity", "ActivityNotification", { ...scanned, uuid: "another" });
    assert.deepEqual([shelf.names.length, shelf.asked], [2, ["sections"]]);
  });

  it("tells it without the title where that cannot be had", () => {
    shelf.sections = undefined;
    shelf.notify("activity", "ActivityNotification", scanned).pass(9_999);
    assert.deepEqual(shelf.names, []);
    shelf.pass(1);
    assert.deepEqual([shelf.names, shelf.events[0]?.media.library], [["scanned"], null]);
  });

  it("finds the title of a section that is newer than the list of them", () => {
    shelf.timeline(deleted);
    shelf.sections = { MediaContainer: { Directory: [{ key: "9", title: "Films" }] } };
    shelf.timeline({ ...deleted, itemID: "41", sectionID: 9 }).pass(3_000);
    assert.deepEqual(
      shelf.events.map(({ media }) => media.library),
      ["Shows", "Films"],
    );
  });

  it("does not grow in a scan of any size, and asks for nothing twice at a time", () => {
    shelf.metadata = {};
    for (let id = 0; id < 5_000; id += 1) {
      const entry = { ...created, itemID: String(id), sectionID: String((id % 3_000) + 1) };
      shelf.timeline(entry).timeline({ ...entry, metadataState: undefined, state: id % 3 === 0 ? 9 : 4 });
      const { items, busy: sections, told, titleless } = shelf.library;
      for (const { size } of [items, sections, told]) assert.ok(size <= mostItems);
      assert.ok(titleless.length <= mostItems);
    }
    shelf.pass(1_300_000);
    const { items, busy: sections, titleless } = shelf.library;
    assert.deepEqual([items.size, sections.size, titleless.length], [0, 0, 0]);
    assert.equal(new Set(shelf.events.map(({ media }) => media.ratingKey)).size, shelf.events.length);
  });

  it("tells each item once, whatever comes in any order", () => {
    const entry = fc.record({
      itemID: fc.constantFrom("1", "2", "3"),
      sectionID: fc.constantFrom("8", 9, "-1"),
      type: fc.constantFrom(1, 4, "10", 2, undefined),
      state: fc.constantFrom(0, 1, "5", 5, 9),
      metadataState: fc.constantFrom("created", undefined, "deleted"),
    });
    const known = { 1: { ...episode, ratingKey: "1" }, 2: { ...episode, ratingKey: "2" } };
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, fc.nat(20_000)), { maxLength: 40 }), (all) => {
        const other = new Shelf();
        all.forEach(([each, ms], index) => {
          if (index === 10) other.metadata = known;
          other.timeline({ identifier: agent, title: "x", ...each }).pass(ms);
        });
        other.pass(1_300_000);
        const told = other.events.map(({ event, media }) => `${event} ${media.ratingKey ?? ""}`);
        assert.equal(new Set(told).size, told.length, told.join());
        assert.equal(other.library.items.size, 0);
      }),
      { numRuns: 500 },
    );
  });
});
