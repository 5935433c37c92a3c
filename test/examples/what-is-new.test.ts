import assert from "node:assert/strict";
import { useHome } from "../../testing/flows/home";

const NAME = "18 - Tell me what is new";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 0);
  const start = () => home.listen({ config: { join: { timeout: "0.5" } } });
  /** The server has got something new, or has lost it. */
  const notify = (itemID: number, type: number, state: number, metadataState: string, title: string) => {
    const identifier = "com.plexapp.plugins.library";
    home.simulator.notifications.send("timeline", {
      identifier,
      sectionID: 1,
      itemID,
      type,
      title,
      state,
      metadataState,
    });
  };
  const add = (itemID: number, title: string) => {
    notify(itemID, 1, 0, "created", "");
    notify(itemID, 1, 5, "", title);
  };

  it("tells of all that comes within a minute at once", async () => {
    const flow = await start();
    add(1, "The Lantern Keeper");
    add(2, "Paper Harbour");
    const told = await home.told("home/notification");
    assert.equal(told["title"], "New on Plex");
    const lines = String(told["text"]).split("\n");
    assert.deepEqual(lines.sort(), ["Paper Harbour (2023)", "The Lantern Keeper (2019)"]);
    assert.equal(home.broker.published.length, 1);
    assert.deepEqual(flow.complaints, []);
  });

  it("names episodes by their show, and songs by who plays them", async () => {
    const flow = await start();
    const happened = flow.node("What happened?");
    const tell = (media: object) => {
      happened.receive({ topic: "added", payload: { media: { year: null, show: null, season: null, ...media } } });
    };
    tell({ type: "episode", show: "Lights Out", season: 1, episode: 3, title: "The Storm" });
    tell({ type: "episode", show: "Lights Out", title: "A Special" });
    tell({ type: "track", artist: "The Keepers", title: "Harbour" });
    tell({ type: "movie", title: "Untitled" });
    const { text } = await home.told("home/notification");
    assert.deepEqual(String(text).split("\n"), [
      "Lights Out, S1 E3: The Storm",
      "Lights Out: A Special",
      "The Keepers: Harbour",
      "Untitled",
    ]);
    assert.deepEqual(flow.complaints, []);
  });

  it("tells nobody of what was removed, but shows it", async () => {
    const flow = await start();
    const shown = flow.watch("Removed, or scanned");
    notify(2, 1, 9, "deleted", "Paper Harbour");
    assert.equal((await shown.next())["topic"], "removed");
    assert.deepEqual(home.broker.published, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("does the same for its button", async () => {
    const flow = await start();
    const shown = flow.watch("What is new");
    flow.press("Try it");
    assert.deepEqual((await shown.next()).payload, { title: "New on Plex", text: "Paper Harbour (2023)" });
  });
});
