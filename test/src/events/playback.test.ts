import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { Home } from "../../../testing/events/home";

const film = { sessionKey: "1", ratingKey: "100" };
const start = { sessionKey: "1", state: "playing", clientIdentifier: "tv-1" };
const pause = { ...start, state: "paused" };
const stop = { ...start, state: "stopped" };

describe("playback", () => {
  let home: Home;

  beforeEach(() => {
    home = new Home().connect();
  });

  it("is told with all that the server knows of it", () => {
    home.sessions = [{ ...film, type: "episode", user: "7", userName: "ben" }];
    home.notify({ ...start, viewOffset: 1234 });
    const [event] = home.take();
    assert.deepEqual(event, {
      event: "started",
      at: home.now,
      session: "1",
      inferred: false,
      position: 1234,
      completed: null,
      player: {
        id: "tv-1",
        name: "Living Room",
        product: "Plex for LG",
        platform: "webOS",
        address: null,
        local: true,
      },
      user: { id: "7", name: "ben" },
      media: {
        ...{ type: "episode", title: "Item 100", year: null, show: null, season: null, episode: null, artist: null },
        ...{ album: null, ratingKey: "100", library: "Films", duration: 100_000, thumb: null, live: false },
      },
    });
  });

  it("alternates: a start, a pause, once each, however often they are reported", () => {
    home.sessions = [film];
    for (const state of [start, start, pause, pause, start, start, stop, stop]) home.notify(state).pass(1_000);
    home.pass(5_000);
    assert.deepEqual(home.names, ["started", "paused", "resumed", "stopped"]);
  });

  it("tells a pause at once and holds a stop back", () => {
    home.sessions = [film];
    home.notify(start).notify(pause);
    assert.deepEqual(home.names, ["started", "paused"]);
    const stopped = home.now;
    home.notify(stop).pass(1_999);
    assert.equal(home.names.length, 2);
    home.pass(1);
    assert.deepEqual([home.names[2], home.events[2]?.at], ["stopped", stopped]);
  });

  it("knows no stop where a seek is a stop and a start (HA #13705)", () => {
    home.sessions = [film];
    home
      .notify(start)
      .notify({ ...stop, viewOffset: 50_000 })
      .pass(300);
    home.notify({ ...start, viewOffset: 80_000 }).pass(10_000);
    assert.deepEqual(home.names, ["started"]);
    home.notify(stop).pass(2_000);
    assert.deepEqual(home.names, ["started", "stopped"]);
  });

  it("keeps the session under which it started where a seek opens another", () => {
    home.sessions = [film];
    home.notify(start).notify(stop).pass(500);
    home.sessions = [{ ...film, sessionKey: "2" }];
    home.notify({ ...start, sessionKey: "2" }).notify({ ...pause, sessionKey: "2" });
    home.notify({ ...stop, sessionKey: "2" }).pass(3_000);
    assert.deepEqual(
      home.events.map(({ event, session }) => [event, session]),
      [
        ["started", "1"],
        ["paused", "1"],
        ["stopped", "1"],
      ],
    );
  });

  it("resumes what was paused before such a seek", () => {
    home.sessions = [film];
    home.notify(start).notify(pause).notify(stop).pass(500).notify(start);
    assert.deepEqual(home.names, ["started", "paused", "resumed"]);
  });

  it("tells the next item on the same player as a change", () => {
    home.sessions = [film];
    home
      .notify(start)
      .pass(95_000)
      .notify({ ...stop, viewOffset: 95_000 })
      .pass(1_500);
    home.sessions = [{ sessionKey: "2", ratingKey: "200", title: "The next" }];
    home.notify({ ...start, sessionKey: "2", ratingKey: "200", key: "/library/metadata/200", viewOffset: 3 });
    const [, changed] = home.events;
    assert.deepEqual(home.names, ["started", "changed"]);
    assert.deepEqual(
      [changed?.session, changed?.media.title, changed?.position, changed?.completed],
      ["2", "The next", 3, true],
    );
    home.notify({ ...stop, sessionKey: "2", ratingKey: "200" }).pass(3_000);
    assert.deepEqual(home.names, ["started", "changed", "stopped"]);
    assert.deepEqual([home.events[2]?.session, home.events[2]?.completed], ["2", false]);
  });

  it("tells another item in the same session as a change, and takes no late stop of the one before", () => {
    home.sessions = [film];
    home.notify(start).pass(20_000);
    home.sessions = [{ sessionKey: "1", ratingKey: "200" }];
    home.notify({ ...start, ratingKey: "200", key: "/library/metadata/200" });
    home.notify({ ...stop, viewOffset: 100_000 }).pass(5_000);
    assert.deepEqual(home.names, ["started", "changed"]);
    home.notify({ ...stop, ratingKey: "200", key: "/library/metadata/200" }).pass(5_000);
    assert.deepEqual(home.names, ["started", "changed", "stopped"]);
  });

  it("counts an item as complete that went on to the next between two reports", () => {
    home.sessions = [{ ...film, type: "track", duration: 60_000 }];
    home
      .notify({ ...start, viewOffset: 0 })
      .pass(40_000)
      .notify({ ...start, viewOffset: 40_000 })
      .pass(20_000);
    home.sessions = [{ sessionKey: "1", ratingKey: "200", type: "track" }];
    home.notify({ ...start, ratingKey: "200", key: "/library/metadata/200" });
    assert.deepEqual([home.names, home.events[1]?.completed], [["started", "changed"], true]);
  });

  it("tells a stop and a start where the next item comes later, or elsewhere", () => {
    home.sessions = [film];
    home.notify(start).notify(stop).pass(2_001);
    home.sessions = [{ sessionKey: "2", ratingKey: "200" }];
    const next = { ...start, sessionKey: "2", ratingKey: "200", key: "/library/metadata/200" };
    home.notify(next);
    assert.deepEqual(home.names, ["started", "stopped", "started"]);
    home.notify({ ...next, state: "stopped" }).pass(500);
    home.sessions = [{ sessionKey: "3", ratingKey: "300", player: "tv-2" }];
    home.notify({ ...next, sessionKey: "3", ratingKey: "300", key: "", clientIdentifier: "tv-2" }).pass(2_000);
    assert.deepEqual(home.names.slice(3), ["started", "stopped"]);
    assert.deepEqual(
      home.events.slice(3).map(({ player }) => player?.id),
      ["tv-2", "tv-1"],
    );
  });

  it("tells a stop before the start that came too late to continue it, although the timer was late too", () => {
    home = new Home();
    home.sessions = "refused";
    // Nothing can be asked about such an item, so its start is told at once.
    const bare = { ...start, ratingKey: "", key: "/somewhere" };
    home
      .connect()
      .notify(bare)
      .notify({ ...bare, state: "stopped" })
      .miss(2_001)
      .notify(bare);
    assert.deepEqual(home.names, ["started", "stopped", "started"]);
  });

  it("takes nothing that begins later for a continuation, although the stop is still held back", () => {
    home.sessions = [film];
    home.notify(start).notify(stop).pass(1_000);
    home.sessions = "failing";
    home.notify({ ...start, sessionKey: "2", ratingKey: "200" }).pass(1_500);
    home.sessions = [{ ...film, sessionKey: "3" }];
    home
      .notify({ ...start, sessionKey: "3" })
      .notify({ ...start, sessionKey: "2", state: "stopped" })
      .pass(2_000);
    assert.deepEqual(home.names, ["started", "started", "stopped"]);
  });

  it("waits for the details of the next item before it tells a stop", () => {
    home.sessions = [film];
    home.notify(start).notify(stop).pass(1_000);
    home.sessions = "failing";
    home.notify({ ...start, sessionKey: "2", ratingKey: "200", key: "/library/metadata/200" }).pass(4_000);
    assert.deepEqual(home.names, ["started"]);
    home.sessions = [{ sessionKey: "2", ratingKey: "200" }];
    home.pass(5_000);
    assert.deepEqual(home.names, ["started", "changed"]);
  });

  it("does not take music that was set aside for a continuation of the film (HA #160197)", () => {
    const music = { ...start, sessionKey: "9", ratingKey: "900", key: "/library/metadata/900" };
    home.sessions = [{ sessionKey: "9", ratingKey: "900", type: "track" }, film];
    home
      .notify(music)
      .notify({ ...music, state: "paused" })
      .notify(start)
      .notify(stop)
      .notify(music)
      .pass(3_000);
    assert.deepEqual(
      home.events.map(({ event, session }) => `${event} ${session ?? ""}`),
      ["started 9", "paused 9", "started 1", "resumed 9", "stopped 1"],
    );
  });

  it("starts nothing by buffering, and lets it change nothing", () => {
    home.sessions = [film];
    const buffering = { ...start, state: "buffering" };
    home.notify(buffering).pass(20_000);
    assert.deepEqual(home.names, []);
    home.notify(start).notify(buffering).notify(start).notify(pause).notify(buffering).pass(1_000);
    assert.deepEqual(home.names, ["started", "paused"]);
  });

  it("counts an error as a stop", () => {
    home.sessions = [film];
    home
      .notify(start)
      .notify({ ...start, state: "error" })
      .pass(2_000);
    assert.deepEqual(home.names, ["started", "stopped"]);
  });

  it("tells whether an item was completed: 90 %, or 10 s at most left", () => {
    for (const [position, duration, completed] of [
      [90_000, 100_000, true],
      [89_999, 100_000, false],
      [20_000, 30_000, true],
      [19_999, 30_000, false],
      [0, 8_000, true],
    ] as const) {
      const other = new Home().connect();
      other.sessions = [{ ...film, duration }];
      other
        .notify(start)
        .notify({ ...stop, viewOffset: position })
        .pass(2_000);
      assert.equal(other.events[1]?.completed, completed, `${position} of ${duration}`);
    }
  });

  it("tells progress between start and stop while it plays, where that is wanted", () => {
    home = new Home({ progress: true }).connect();
    home.sessions = [film];
    home
      .notify(start)
      .notify({ ...start, viewOffset: 10 })
      .notify(pause)
      .notify(pause)
      .notify(start);
    home
      .notify({ ...start, viewOffset: 20 })
      .notify(stop)
      .pass(2_000);
    assert.deepEqual(home.names, ["started", "progress", "paused", "resumed", "progress", "stopped"]);
    assert.equal(home.events[1]?.position, 10);
  });

  it("ignores a stop without a session key (HA #101111)", () => {
    home.sessions = [film];
    home.notify(start);
    home.notify({ sessionKey: undefined, ratingKey: "", key: "", state: "stopped" }).pass(3_000);
    assert.deepEqual(home.names, ["started"]);
  });

  describe("where details come late", () => {
    it("is told when the entry is there, with the time at which it happened", () => {
      const began = home.now;
      home.notify(start).pass(1_000);
      assert.deepEqual(home.names, []);
      home.sessions = [film];
      home.pass(1_000);
      assert.deepEqual([home.names, home.events[0]?.at], [["started"], began]);
      assert.ok(home.asked.length <= 5, String(home.asked));
    });

    it("is told with a pause that came meanwhile", () => {
      home.notify(start).pass(100).notify(pause);
      home.sessions = [film];
      home.pass(1_000);
      assert.deepEqual(home.names, ["started", "paused"]);
    });

    it("does not take the entry of the item before for that of the next", () => {
      home.sessions = [film];
      home
        .notify(start)
        .notify({ ...start, ratingKey: "200", key: "/library/metadata/200" })
        .pass(600);
      assert.deepEqual(home.names, ["started"]);
      home.sessions = [{ sessionKey: "1", ratingKey: "200", title: "Next" }];
      home.pass(1_000);
      assert.deepEqual([home.names, home.events[1]?.media.title], [["started", "changed"], "Next"]);
    });

    it("is told with what is known after 10 s", () => {
      home.metadata = { 100: { type: "movie", title: "From the library", ratingKey: "100", duration: 5000 } };
      home.notify(start).pass(9_999);
      assert.deepEqual(home.names, []);
      home.pass(1);
      const [event] = home.events;
      assert.deepEqual(
        [event?.event, event?.player?.id, event?.player?.name, event?.user?.id, event?.media.title],
        ["started", "tv-1", null, null, "From the library"],
      );
    });

    it("lets a filter by name hear of it once the name is known, however late", () => {
      home = new Home({ player: "living room" }).connect();
      home.sessions = "failing";
      home.notify(start).pass(60_000).notify(start);
      assert.deepEqual(home.names, []);
      home.sessions = [film];
      home.pass(60_000).notify(stop).pass(3_000);
      assert.deepEqual(home.names, ["started", "stopped"]);
    });

    it("says nothing of a session that was never listed and is over, as those of DLNA clients that browse", () => {
      home.notify(start).pass(200).notify(stop).pass(30_000);
      assert.deepEqual([home.names, home.table.plays.size], [[], 0]);
    });

    it("tells of a short one that a list of its time still has", () => {
      home.sessions = "failing";
      home.notify(start);
      const asked = home.now;
      home.pass(100).notify(stop).pass(50).list([film], asked).pass(2_000);
      assert.deepEqual(home.names, ["started", "stopped"]);
    });
  });

  describe("that was there before", () => {
    it("is learned in silence, and its pause and stop are told", () => {
      home = new Home();
      home.sessions = [film, { ...film, sessionKey: "2", player: "tv-2", state: "paused" }];
      home.connect().notify(start).pass(1_000);
      assert.deepEqual(home.names, []);
      home
        .notify(pause)
        .notify({ ...start, sessionKey: "2", clientIdentifier: "tv-2" })
        .notify(stop)
        .pass(2_000);
      assert.deepEqual(
        home.events.map(({ event, player }) => [event, player?.id]),
        [
          ["paused", "tv-1"],
          ["resumed", "tv-2"],
          ["stopped", "tv-1"],
        ],
      );
    });

    it("is learned in silence from the first reports where the sessions cannot be read", () => {
      home = new Home();
      home.sessions = "refused";
      home
        .connect()
        .pass(8_000)
        .notify({ ...start, viewOffset: 600_000 });
      assert.deepEqual(home.names, []);
      home.notify({ ...start, sessionKey: "2", ratingKey: "2", viewOffset: 0 });
      assert.deepEqual(home.names, ["started"]);
      home.pass(20_000).notify({ ...start, sessionKey: "3", ratingKey: "3", viewOffset: 600_000 });
      assert.deepEqual(home.names, ["started", "started"]);
      home.notify(stop).pass(2_000);
      assert.deepEqual(home.names, ["started", "started", "stopped"]);
    });

    it("is none that a list from before does not have, wherever in its item it begins", () => {
      home = new Home();
      home.sessions = "failing";
      home.connect();
      const asked = home.now;
      home
        .pass(100)
        .notify({ ...start, viewOffset: 50_000 })
        .list([], asked);
      home.sessions = [film];
      home.pass(1_000);
      assert.deepEqual(home.names, ["started"]);
    });

    it("is none that begins at its beginning while the first list is on its way, although the list has it", () => {
      home = new Home();
      home.sessions = "failing";
      home.connect();
      const asked = home.now;
      home.pass(100).notify(start).list([film], asked).pass(1_000);
      assert.deepEqual([home.names, home.events[0]?.inferred], [["started"], false]);
    });

    it("may be what is further in its item than that, so that its start is not told, but its stop is", () => {
      home = new Home();
      home.sessions = "failing";
      home.connect();
      const asked = home.now;
      home
        .pass(100)
        .notify({ ...start, viewOffset: 50_000 })
        .list([{ ...film, viewOffset: 50_000 }], asked)
        .pass(1_000);
      assert.deepEqual(home.names, []);
      home.notify({ ...stop, viewOffset: 60_000 }).pass(2_000);
      assert.deepEqual(home.names, ["stopped"]);
    });

    it("is learned in silence as paused where its pause is the first that is heard of it", () => {
      home = new Home();
      home.sessions = "failing";
      home.connect().notify(pause);
      home.sessions = [{ ...film, state: "paused" }];
      home.pass(2_000).notify(start);
      assert.deepEqual(home.names, ["resumed"]);
    });

    it("is not learned from a list that was made before it stopped", () => {
      home = new Home();
      home.sessions = "failing";
      home.connect();
      const asked = home.now;
      home.notify(stop).pass(100).list([film], asked).pass(1_000);
      assert.equal(home.table.plays.size, 0);
    });
  });

  describe("that never says that it stopped", () => {
    it("is over when it was silent for 5 min and is not listed any more", () => {
      home.sessions = [film];
      home.notify({ ...start, viewOffset: 1_000 });
      const last = home.now;
      home.pass(299_000);
      assert.deepEqual(home.names, ["started"]);
      home.sessions = [];
      home.pass(2_000);
      const [, stopped] = home.events;
      assert.deepEqual([stopped?.event, stopped?.inferred, stopped?.at], ["stopped", true, last]);
      assert.equal(stopped?.completed, null, "it may have played on to its end");
    });

    it("goes on while it is listed, and is asked for every 5 min", () => {
      home.sessions = [{ ...film, state: "paused" }];
      home.notify(start).notify(pause);
      const asked = home.asked.length;
      home.pass(1_500_000);
      assert.deepEqual([home.names, home.asked.length - asked], [["started", "paused"], 5]);
    });

    it("goes on while the sessions cannot be read", () => {
      home.sessions = [film];
      home.notify(start);
      for (const sessions of ["failing", "refused"] as const) {
        home.sessions = sessions;
        home.pass(3_600_000);
        assert.deepEqual(home.names, ["started"], sessions);
      }
      home.sessions = [];
      home.pass(400_000);
      assert.deepEqual(home.names, ["started", "stopped"]);
    });
  });

  describe("and a stop under a key that is not known (Tautulli #927)", () => {
    const strange = { sessionKey: "90", state: "stopped", viewOffset: 70_000 };

    it("ends the session that is not listed any more", () => {
      home.sessions = [film];
      home.notify(start);
      home.sessions = [];
      home.notify(strange).pass(2_000);
      const [, stopped] = home.events;
      assert.deepEqual(
        [stopped?.event, stopped?.session, stopped?.inferred, stopped?.position],
        ["stopped", "1", false, 70_000],
      );
    });

    it("waits for the list, and looks twice", () => {
      home.sessions = [film];
      home.notify(start).notify(strange).pass(500);
      home.sessions = [];
      home.pass(3_000);
      assert.deepEqual(home.names, ["started", "stopped"]);
    });

    it("ends nothing that is still listed, of another item, or on another player", () => {
      home.sessions = [film];
      home.notify(start).notify(strange).pass(10_000);
      home.sessions = [];
      home.notify({ ...strange, ratingKey: "555", key: "" }).pass(10_000);
      home.notify({ ...strange, clientIdentifier: "tv-2" }).pass(10_000);
      assert.deepEqual(home.names, ["started"]);
    });

    it("ends the one of the same player and item where the sessions cannot be read", () => {
      home = new Home();
      home.sessions = "refused";
      home.connect().notify(start).notify(strange).pass(3_000);
      assert.deepEqual(home.names, ["started"]);
      home.notify({ ...strange, clientIdentifier: "tv-1" }).pass(3_000);
      assert.deepEqual(home.names, ["started", "stopped"]);
    });
  });

  describe("during a gap of the stream", () => {
    beforeEach(() => {
      home.sessions = [film];
      home.notify({ ...start, viewOffset: 5_000 });
    });

    it("that stopped is told after it, as of when the stream was lost", () => {
      home.pass(10_000).lose();
      const lost = home.now;
      home.sessions = [];
      home.pass(60_000).connect();
      const [, stopped] = home.events;
      assert.deepEqual([stopped?.event, stopped?.inferred, stopped?.at], ["stopped", true, lost]);
    });

    it("that goes on says nothing, under a new key after a restart too, and keeps its session", () => {
      home.lose();
      home.sessions = [{ ...film, sessionKey: "33" }];
      home
        .pass(60_000)
        .connect()
        .notify({ ...start, sessionKey: "33" });
      assert.deepEqual(home.names, ["started"]);
      home.notify({ ...stop, sessionKey: "33" }).pass(2_000);
      assert.deepEqual([home.names, home.events[1]?.session], [["started", "stopped"], "1"]);
    });

    it("that goes on says nothing either where its report comes before the list, from a server that names no player", () => {
      const unnamed = { sessionKey: "33", state: "playing", viewOffset: 50_000 };
      home.lose();
      home.sessions = "failing";
      home.pass(60_000).connect().notify(unnamed);
      home.sessions = [{ ...film, sessionKey: "33" }];
      home.pass(60_000).notify(unnamed);
      assert.deepEqual([home.names, home.table.plays.size], [["started"], 1]);
      home.notify({ ...unnamed, state: "stopped" }).pass(2_000);
      assert.deepEqual([home.names, home.events[1]?.session], [["started", "stopped"], "1"]);
    });

    it("that was paused is told", () => {
      home.lose();
      home.sessions = [{ ...film, state: "paused" }];
      home.pass(60_000).connect();
      assert.deepEqual([home.names, home.events[1]?.inferred], [["started", "paused"], true]);
    });

    it("that began is told", () => {
      home.lose();
      home.sessions = [film, { sessionKey: "2", ratingKey: "200", player: "tv-2" }];
      home.pass(60_000).connect();
      assert.deepEqual([home.names, home.events[1]?.inferred], [["started", "started"], true]);
    });

    it("under the same key is another session where player or item are others", () => {
      home.lose();
      home.sessions = [{ sessionKey: "1", ratingKey: "100", player: "tv-2" }];
      home.pass(60_000).connect();
      assert.deepEqual(
        home.events.map(({ event, player }) => [event, player?.id]),
        [
          ["started", "tv-1"],
          ["stopped", "tv-1"],
          ["started", "tv-2"],
        ],
      );
    });

    for (const ms of [1_500, 600_000]) {
      it(`of ${ms} ms, what had been jumped in just before goes on, or has stopped`, () => {
        for (const goesOn of [true, false]) {
          home = new Home().connect();
          home.sessions = [film];
          home.notify(start).pass(5_000);
          home.sessions = "failing";
          home
            .notify(stop)
            .notify({ ...start, sessionKey: "2", viewOffset: 50_000 })
            .lose();
          home.pass(ms);
          assert.deepEqual(home.names, ["started"], "nobody can know yet");
          home.sessions = goesOn ? [{ ...film, sessionKey: "1" }] : [];
          home.connect().pass(2_000);
          assert.deepEqual(home.names, goesOn ? ["started"] : ["started", "stopped"]);
          home.notify(stop).pass(2_000);
          assert.deepEqual(home.names, ["started", "stopped"]);
        }
      });
    }

    it("that a jump and then a pause fell into is told as a pause alone, found by comparing", () => {
      home.sessions = "failing";
      home
        .notify(stop)
        .notify({ ...start, sessionKey: "2", viewOffset: 50_000 })
        .lose();
      home.sessions = [{ ...film, sessionKey: "2", state: "paused" }];
      home.pass(60_000).connect().pass(2_000);
      assert.deepEqual([home.names, home.events[1]?.inferred], [["started", "paused"], true]);
    });

    it("that had begun just before is told with the time at which it did, where it goes on", () => {
      home.sessions = "failing";
      const began = home.now;
      const next = { sessionKey: "2", ratingKey: "200", key: "/library/metadata/200" };
      home
        .notify({ ...next, state: "playing", clientIdentifier: "tv-2" })
        .notify({ ...next, sessionKey: "3", ratingKey: "300", key: "", state: "playing", clientIdentifier: "tv-3" })
        .lose()
        .pass(60_000);
      assert.deepEqual(home.names, ["started"]);
      home.sessions = [film, { sessionKey: "7", ratingKey: "200", player: "tv-2" }];
      home.connect().pass(60_000);
      const [, started] = home.events;
      assert.deepEqual(home.names, ["started", "started"]);
      assert.deepEqual([started?.session, started?.at, started?.inferred], ["2", began, false]);
    });

    it("is left alone until the sessions can be read", () => {
      home.lose();
      home.sessions = "failing";
      home.pass(60_000).connect().pass(20_000);
      assert.deepEqual(home.names, ["started"]);
      home.sessions = [];
      home.pass(40_000);
      assert.deepEqual(home.names, ["started", "stopped"]);
    });

    it("is confirmed by a report before the list comes, and by its stop", () => {
      home.lose();
      home.sessions = "failing";
      home
        .pass(5_000)
        .connect()
        .notify({ ...start, sessionKey: "4" });
      home.notify({ ...stop, sessionKey: "4" }).pass(3_000);
      assert.deepEqual([home.names, home.events[1]?.inferred], [["started", "stopped"], false]);
    });

    it("is compared once after several that followed each other", () => {
      home.lose().pass(1_000);
      home.sessions = "failing";
      home.connect().pass(100).lose().pass(1_000).connect().pass(100).lose().pass(1_000);
      home.sessions = [film];
      home.connect().pass(1_000);
      assert.deepEqual(home.names, ["started"]);
    });
  });

  describe("with filters", () => {
    it("by player: the identifier in the notification decides alone, without any list", () => {
      home = new Home({ player: "TV-1" });
      home.sessions = "refused";
      home
        .connect()
        .notify({ ...start, clientIdentifier: "tv-2", sessionKey: "2" })
        .notify(start);
      assert.deepEqual(
        home.events.map(({ player }) => player?.id),
        ["tv-1"],
      );
    });

    it("by names compare them whole, whatever their case", () => {
      for (const [filter, heard] of [
        [{ player: "LIVING room" }, true],
        [{ player: "living" }, false],
        [{ user: "Anna" }, true],
        [{ user: "1" }, true],
        [{ user: "ann" }, false],
        [{ user: "anna", player: "Kitchen" }, false],
      ] as const) {
        const other = new Home(filter).connect();
        other.sessions = [film];
        other.notify(start);
        assert.equal(other.events.length === 1, heard, JSON.stringify(filter));
      }
    });

    it("by name or user let nothing through where those cannot be read (pts #2499)", () => {
      for (const sessions of ["refused", "failing"] as const) {
        for (const filter of [{ player: "Living Room" }, { user: "anna" }]) {
          const other = new Home(filter);
          other.sessions = sessions;
          other.connect().notify(start).pass(30_000).notify(stop).pass(3_000);
          assert.deepEqual(other.names, [], `${sessions} ${JSON.stringify(filter)}`);
        }
      }
    });

    it("by media let the chosen types through, and live television as a clip", () => {
      for (const [session, heard] of [
        [{ type: "movie" }, true],
        [{ type: "track" }, false],
        [{ type: "clip" }, false],
        [{ type: "clip", live: "1" }, true],
        [{ type: "hologram" }, true],
      ] as const) {
        const other = new Home({ media: ["movie"] }).connect();
        other.sessions = [{ ...film, ...session }];
        other.notify(start);
        assert.equal(other.events.length === 1, heard, JSON.stringify(session));
      }
    });

    it("by media ask the library where the type is not known, and let pass what stays unknown", () => {
      home = new Home({ media: ["movie"] });
      home.sessions = "refused";
      home.metadata = { 100: { type: "track", title: "A song" }, 200: { type: "movie", title: "A film" } };
      home.connect().notify(start);
      home
        .notify({ ...start, sessionKey: "2", ratingKey: "200" })
        .notify({ ...start, sessionKey: "3", ratingKey: "3" });
      assert.deepEqual(
        home.events.map(({ session }) => session),
        ["2", "3"],
      );
    });

    it("let the stop of a film through whose pre-roll and trailers did not count", () => {
      const clip = { ...start, sessionKey: "8", ratingKey: "800", key: "/library/metadata/800" };
      home.sessions = [{ sessionKey: "8", ratingKey: "800", type: "clip" }];
      home
        .notify(clip)
        .notify({ ...clip, state: "stopped" })
        .pass(500);
      home.sessions = [film];
      home.notify(start).notify(stop).pass(500);
      home.sessions = [{ sessionKey: "9", ratingKey: "800", type: "clip" }];
      home.notify({ ...clip, sessionKey: "9" }).pass(3_000);
      assert.deepEqual(home.names, ["started", "stopped"]);
    });
  });

  it("tells live television, whose ratingKey the list does not have", () => {
    const key = "/livetv/sessions/5d9c08cb";
    home.sessions = [{ sessionKey: "1", ratingKey: "", key, type: "clip", live: "1", duration: 0 }];
    home.notify({ ...start, ratingKey: "77", key });
    const [event] = home.events;
    assert.deepEqual([event?.event, event?.media.live, event?.media.ratingKey], ["started", true, "77"]);
    home.notify({ ...stop, ratingKey: "77", key }).pass(2_000);
    assert.deepEqual([home.names, home.events[1]?.completed], [["started", "stopped"], null]);
  });

  it("takes a key that another player has now for another session", () => {
    home.sessions = [film];
    home.notify(start);
    home.sessions = [{ ...film, player: "tv-2" }];
    home.notify({ ...start, clientIdentifier: "tv-2" }).pass(3_000);
    assert.deepEqual(
      home.events.map(({ event, player, inferred }) => [event, player?.id, inferred]),
      [
        ["started", "tv-1", false],
        ["started", "tv-2", false],
        ["stopped", "tv-1", true],
      ],
    );
  });

  it("works with servers that do not name the player in notifications", () => {
    home.sessions = [film];
    const bare = (state: string) => ({ sessionKey: "1", state });
    home.notify(bare("playing")).notify(bare("paused")).lose();
    home.sessions = [{ ...film, sessionKey: "5" }];
    home.pass(9_000).connect().notify({ sessionKey: "5", state: "playing" });
    home.notify({ sessionKey: "5", state: "stopped" }).pass(2_000);
    assert.deepEqual(home.names, ["started", "paused", "resumed", "stopped"]);
    assert.deepEqual([home.events[0]?.player?.name, home.events[3]?.session], ["Living Room", "1"]);
  });
});
