import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  mergePlayers,
  type Player,
  readAccountPlayers,
  readClientPlayers,
  readSessionPlayers,
} from "../../../src/players";

const player = (machineIdentifier: string, more: Partial<Player> = {}): Player => ({
  ...{ machineIdentifier, name: machineIdentifier, product: null, playing: false, online: true, users: [] },
  ...more,
});

const session = {
  title: "Alien",
  User: { id: "1", title: "viewer", thumb: "https://plex.tv/users/0123/avatar" },
  Player: { machineIdentifier: "tv-1", title: "TV", product: "Plex for LG", state: "paused", remotePublicAddress: "x" },
  Session: { id: "token=transient-canary" },
};
const expected = player("tv-1", {
  ...{ name: "TV", product: "Plex for LG", playing: true, users: [{ id: "1", name: "viewer" }] },
});

describe("readSessionPlayers", () => {
  it("finds the player and the user of each session, in JSON and XML", () => {
    assert.deepEqual(readSessionPlayers({ size: 1, Metadata: [session] }), [expected]);
    const ofXml = { ...session, User: [session.User], Player: [session.Player] };
    assert.deepEqual(readSessionPlayers({ size: "2", Video: [ofXml], Track: [ofXml] }), [expected, expected]);
  });

  it("keeps nothing of the session's token", () => {
    assert.doesNotMatch(JSON.stringify(readSessionPlayers({ Metadata: [session] })), /canary|token|avatar/);
  });

  it("does without a user, a title or an identifier", () => {
    const { machineIdentifier } = session.Player;
    assert.deepEqual(readSessionPlayers({ Metadata: [{ Player: { machineIdentifier } }] }), [
      player("tv-1", { playing: true }),
    ]);
    assert.deepEqual(readSessionPlayers({ Metadata: [{ Player: { title: "TV" } }, {}] }), []);
    assert.deepEqual(readSessionPlayers({ size: 0 }), []);
  });
});

describe("readClientPlayers", () => {
  it("finds what lets itself be controlled", () => {
    const Server = [
      { name: "Box", host: "192.168.1.20", machineIdentifier: "box-1", product: "Plex HTPC", port: 32433 },
    ];
    assert.deepEqual(readClientPlayers({ size: 1, Server }), [player("box-1", { name: "Box", product: "Plex HTPC" })]);
    assert.deepEqual(readClientPlayers({ size: 0 }), []);
  });
});

describe("readAccountPlayers", () => {
  it("finds what provides a player, and whether it is there", () => {
    const resources = [
      { name: "Radio", product: "Plexamp", clientIdentifier: "radio-1", provides: "client,player", presence: true },
      { name: "Phone", product: "Plex for iOS", clientIdentifier: "phone-1", provides: "player", presence: "0" },
      { name: "Server", clientIdentifier: "server-1", provides: "server", presence: true },
      { name: "Nothing", clientIdentifier: "nothing-1" },
    ];
    assert.deepEqual(readAccountPlayers(resources), [
      player("radio-1", { name: "Radio", product: "Plexamp" }),
      player("phone-1", { name: "Phone", product: "Plex for iOS", online: false }),
    ]);
  });
});

describe("mergePlayers", () => {
  it("lists each once, those that play first, then those that are there, by name", () => {
    const lists = [
      [player("b", { name: "B", playing: true, users: [{ id: "1", name: "one" }] })],
      [player("c", { name: "C" }), player("b", { name: "other name", product: "Plexamp" })],
      [
        player("d", { name: "D", online: false }),
        player("a", { name: "A" }),
        player("c", { name: "C", online: false }),
      ],
    ];
    assert.deepEqual(mergePlayers(...lists), [
      player("b", { name: "B", product: "Plexamp", playing: true, users: [{ id: "1", name: "one" }] }),
      player("a", { name: "A" }),
      player("c", { name: "C" }),
      player("d", { name: "D", online: false }),
    ]);
  });

  it("names both users who play on one player, each once", () => {
    const users = [
      { id: "1", name: "one" },
      { id: "2", name: "two" },
    ];
    const sessions = [users[0]!, users[1]!, users[0]!].map((user) => player("a", { playing: true, users: [user] }));
    assert.deepEqual(mergePlayers(sessions), [player("a", { playing: true, users })]);
  });

  it("makes something of any answer, of a bounded length", () => {
    const names = [
      "Metadata",
      "Server",
      "Player",
      "User",
      "machineIdentifier",
      "clientIdentifier",
      "title",
      "provides",
    ];
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), tie("object"), fc.array(tie("any"), { maxLength: 4 })),
      object: fc.dictionary(fc.constantFrom(...names), tie("any")),
    }));
    fc.assert(
      fc.property(any, (content) => {
        const resources = Array.isArray(content) ? (content as unknown[]) : [];
        const fields = resources.filter((each) => typeof each === "object" && each !== null) as Record<
          string,
          unknown
        >[];
        for (const each of mergePlayers(
          readSessionPlayers(content),
          readClientPlayers(content),
          readAccountPlayers(fields),
        )) {
          assert.match(each.machineIdentifier, /^[\w.:-]{1,128}$/);
          assert.ok(each.name.length > 0 && each.name.length <= 400);
        }
      }),
    );
    const many = Array.from({ length: 2000 }, (_player, index) => player(`p${index}`));
    assert.equal(mergePlayers(many).length, 500);
  });
});
