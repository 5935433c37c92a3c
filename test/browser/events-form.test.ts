import assert from "node:assert/strict";
import type { Editor } from "../../testing/browser/editor";
import { onEachEditor } from "../../testing/browser/suite";
import { sampleFlow, say } from "../../testing/browser/forms";

onEachEditor("the form of plex-events", (suite) => {
  const row = ({ page }: Editor, name: string) => page.locator(`#plex-events-${name}-row`);
  const button = ({ page }: Editor, name: string) => page.locator(`#plex-events-${name}-button`);
  const entries = ({ page }: Editor, name: string) => page.locator(`#plex-events-${name} [role=option]`);
  const box = ({ page }: Editor, type: string) => page.locator(`#node-input-media-${type}`);

  async function open(): Promise<Editor> {
    const { url, token } = suite.simulator;
    await suite.deploy([
      ...sampleFlow({ url, token }),
      {
        ...{ id: "events", type: "plex-events", z: "tab", x: 320, y: 320, name: "", server: "server" },
        ...{ listen: "playback", player: "", user: "", media: ["movie", "episode", "track"], settle: 2 },
        ...{ progress: false, wires: [[], []] },
      },
    ]);
    const editor = await suite.open();
    await editor.edit("events");
    return editor;
  }

  it("fills in a player and a user who are picked, and the types of media, and deploys them", async () => {
    const viewer = suite.simulator.viewer({ name: "Bedroom", user: { id: "7", title: "anna" } });
    viewer.play();
    const editor = await open();
    await button(editor, "player").click();
    await entries(editor, "player").filter({ hasText: "Bedroom" }).click();
    await button(editor, "user").click();
    await entries(editor, "user").filter({ hasText: "anna" }).click();
    await box(editor, "track").uncheck();
    await box(editor, "clip").check();
    await editor.field("settle").fill("5");
    await editor.done();
    const { player, user, media, settle } = await editor.node("events");
    assert.deepEqual([player, user, media, settle], ["simulated-tv", "7", ["movie", "episode", "clip"], "5"]);
    assert.equal(await editor.deploy(), false);
    viewer.stop();
  });

  it("leaves what is not changed as it is", async () => {
    const editor = await open();
    await editor.done();
    const { media, changed } = await editor.node("events");
    assert.deepEqual([media, changed ?? false], [["movie", "episode", "track"], false]);
  });

  it("shows the rows that count for what is listened to, and says what is wrong", async () => {
    const editor = await open();
    for (const [listen, shown] of [
      ["library", ["media"]],
      ["all", []],
      ["playback", ["player", "user", "media", "settle", "progress"]],
    ] as const) {
      await editor.field("listen").selectOption(listen);
      for (const name of ["player", "user", "media", "settle", "progress"]) {
        assert.equal(
          await row(editor, name).isVisible(),
          (shown as readonly string[]).includes(name),
          `${listen} ${name}`,
        );
      }
    }
    await editor.field("settle").fill("soon");
    await editor.page.locator("#plex-events-settle-note", { hasText: say("plex-events.validation.settle") }).waitFor();
    for (const type of ["movie", "episode", "track"]) await box(editor, type).uncheck();
    await editor.page.locator("#plex-events-media-note", { hasText: say("plex-events.validation.media") }).waitFor();
  });
});
