import assert from "node:assert/strict";
import { faults } from "../../simulator";
import { TRANSIENT, useHome } from "../../testing/flows/home";
import { wordsOf } from "../../testing/flows/player";

const NAME = "11 - List the newest films of a friend";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 0);
  const container = (fields: object) => JSON.stringify({ MediaContainer: fields });

  it("asks the friend's server over the connection that answers, with its own token", async () => {
    const flow = await home.deploy();
    const shown = flow.watch("Newest films");
    flow.press("The newest films");
    const msg = await shown.next();
    assert.deepEqual(msg.payload, [
      { film: "2", title: "Paper Harbour", year: 2023, added: "2026-01-01T00:00:02.000Z" },
      { film: "1", title: "The Lantern Keeper", year: 2019, added: "2026-01-01T00:00:01.000Z" },
    ]);
    assert.ok(!JSON.stringify(msg).includes("transient-"));
    const atFriend = home.simulator.requests.filter((request) => request.server === "shared");
    assert.deepEqual(
      atFriend.map(({ path }) => path),
      ["/identity", "/library/sections", "/library/sections/1/all"],
    );
    assert.equal(atFriend[2]!.query.get("sort"), "addedAt:desc");
    assert.ok(!wordsOf(atFriend).includes(home.simulator.token));
    for (const { url } of atFriend) assert.ok(!url.includes("transient-"));
    for (const { headers } of atFriend.slice(1)) assert.match(String(headers["x-plex-token"]), TRANSIENT);
    assert.deepEqual(flow.complaints, []);
  });

  it("puts the films of several libraries together, ten at most", async () => {
    const flow = await home.deploy();
    const shown = flow.watch("Newest films");
    const Directory = [
      { key: "1", type: "movie" },
      { key: "2", type: "show" },
      { key: "7", type: "movie" },
    ];
    home.simulator.fault((_req, res) => res.end(container({ Directory })), { path: "/library/sections" });
    for (const [section, first] of [
      ["1", 0],
      ["7", 1],
    ] as const) {
      const Metadata = Array.from({ length: 8 }, (_, index) => ({ title: "x", addedAt: first + 2 * index }));
      const path = `/library/sections/${section}/all`;
      home.simulator.fault((_req, res) => res.end(container({ Metadata })), { path });
    }
    flow.press("The newest films");
    const { payload } = await shown.next();
    const added = (payload as { added: string }[]).map((film) => Date.parse(film.added) / 1000);
    assert.deepEqual(added, [15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
    assert.equal(home.simulator.pendingFaults, 0);
  });

  it("shows a list where there is one film, and where there is none", async () => {
    const flow = await home.deploy();
    const shown = flow.watch("Newest films");
    for (const Metadata of [[{ title: "Only", addedAt: 1 }], []]) {
      home.simulator.fault((_req, res) => res.end(container({ Metadata })), { path: "/library/sections/1/all" });
      flow.press("The newest films");
      const { payload } = await shown.next();
      assert.ok(Array.isArray(payload));
      assert.equal(payload.length, Metadata.length);
    }
  });

  it("says so when nothing is shared", async () => {
    const flow = await home.deploy();
    const error = flow.watch("Error");
    home.simulator.fault((_req, res) => res.end(container({ size: 0 })), { path: "/library/sections" });
    flow.press("The newest films");
    assert.equal((await error.next()).error?.["code"], "not-found");
    assert.deepEqual(flow.complaints, []);
  });

  it("tells what is wrong", async () => {
    const flow = await home.deploy({ source: "server://1111" });
    const error = flow.watch("Error");
    flow.press("The newest films");
    assert.equal((await error.next()).error?.["code"], "not-found");
    await home.stop();

    const again = await home.deploy();
    const refused = again.watch("Error");
    home.simulator.fault(faults.status(500), { path: "/library/sections/1/all" });
    again.press("The newest films");
    assert.equal((await refused.next()).error?.["code"], "server-error");
    assert.deepEqual(again.complaints, []);
  });
});
