import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { faults } from "../../simulator";
import type { Editor } from "../../testing/browser/editor";
import { onEachEditor } from "../../testing/browser/suite";
import { sampleFlow, say } from "../../testing/browser/forms";

onEachEditor("the source picker", (suite) => {
  const button = ({ page }: Editor) => page.locator("#plex-source-connection-picker-button");
  const entries = ({ page }: Editor) => page.locator("#plex-source-connection-picker [role=option]");
  const filter = ({ page }: Editor) => page.locator("#plex-source-connection-picker-filter");
  const message = ({ page }: Editor, text: string): Locator =>
    page.locator("#plex-source-connection-picker-message", { hasText: text });

  /** plex.tv of the simulator has no cloud sources of its own. */
  function offerProviders(): void {
    const providers = [{ identifier: "tv.plex.provider.vod", title: "Movies & Shows" }];
    suite.simulator.fault(faults.json(providers), { server: "plexTv", path: "/media/providers", times: Infinity });
  }

  async function openForm(server: Parameters<typeof sampleFlow>[0]): Promise<Editor> {
    await suite.deploy(sampleFlow(server));
    const editor = await suite.open();
    await editor.edit("source");
    return editor;
  }

  const openOnce = suite.share(() => {
    const { url, token } = suite.simulator;
    return openForm({ url, token });
  });

  it("leaves typing by hand possible, and says what is wrong with what was typed", async () => {
    const editor = await openOnce();
    await editor.chooseType("source", "str");
    const sentence = editor.page.locator("#plex-source-connection-source-message");
    for (const [typed, key] of [
      ["https://app.plex.tv/desktop", "source-url"],
      ["server://abc/library", "source-path"],
      ["attic", "source-form"],
    ] as const) {
      await editor.typedInput("source").fill(typed);
      await editor.typedInput("source").press("End");
      await sentence.filter({ hasText: say(`plex-source-connection.validation.${key}`) }).waitFor();
    }
    await editor.typedInput("source").fill("server://abc");
    await editor.typedInput("source").press("End");
    await sentence.filter({ hasText: /^$/ }).waitFor({ state: "attached" });
  });

  it("is filtered and used with the keyboard alone, and Escape leaves it without closing the form", async () => {
    const { simulator } = suite;
    const editor = await openOnce();
    const { keyboard } = editor.page;
    await button(editor).focus();
    await keyboard.press("Enter");
    await entries(editor).first().waitFor();
    // The filter has the focus by itself.
    await keyboard.type("summer");
    await message(editor, say("plex-source-connection.sources.found", { number: "1" })).waitFor();
    await filter(editor).fill("nothing like it");
    await message(editor, say("plex-config.picker.no-match")).waitFor();
    await keyboard.press("Escape");
    assert.equal(await filter(editor).isVisible(), false);
    await keyboard.press("Enter");
    await entries(editor).first().waitFor();
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    assert.equal(await editor.typedInput("source").inputValue(), simulator.ownServer);
  });

  it("lists what the server's account can resolve, and the chosen one is deployed", async () => {
    const { simulator } = suite;
    offerProviders();
    const editor = await openOnce();
    await button(editor).click();
    await message(editor, say("plex-source-connection.sources.found", { number: "4" })).waitFor();
    const shown = (await entries(editor).allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
    assert.deepEqual(shown, [
      `Attic ${simulator.sharedServer} · shared by friend`,
      `Living Room ${simulator.ownServer}`,
      "Summer House server://0ff11ne00ff11ne00ff11ne00ff11ne00ff11ne0",
      "Movies & Shows provider://tv.plex.provider.vod",
    ]);
    await entries(editor).filter({ hasText: "Movies & Shows" }).click();
    await message(editor, say("plex-source-connection.sources.chosen", { name: "Movies & Shows" })).waitFor();
    await editor.done();
    const { source, sourceType } = await editor.node("source");
    assert.deepEqual([source, sourceType], [simulator.provider, "str"]);
    assert.equal(await editor.deploy(), false);
  });

  it("says what is missing: a server, a token, an answer of plex.tv", async () => {
    const { simulator } = suite;
    const editor = await openForm({ url: simulator.url });
    await button(editor).click();
    await message(editor, say("plex-config.plex-tv.not-configured")).waitFor();
    await button(editor).click();
    simulator.fault(faults.reset(), { server: "plexTv", times: Infinity });
    await editor.editReferred("server");
    await editor.configField("token").fill(simulator.token);
    await editor.update();
    // A token that is not deployed yet counts.
    await button(editor).click();
    await message(editor, say("plex-config.plex-tv.unreachable")).waitFor();
    await button(editor).click();
    await editor.field("server").selectOption("_ADD_");
    await button(editor).click();
    await message(editor, say("plex-config.picker.no-server")).waitFor();
  });

  it("says that the server comes from a variable of the subflow, where it does", async () => {
    const variable = { name: "PLEX", type: "plex-config", value: "", ui: { type: "conf-types" } };
    const [, server] = sampleFlow({ url: suite.simulator.url });
    const inner = { type: "plex-source-connection", name: "", server: "${PLEX}", source: "payload", sourceType: "msg" };
    await suite.deploy([
      server!,
      { id: "sub", type: "subflow", name: "Sub", in: [], out: [], env: [variable] },
      { id: "source", z: "sub", x: 320, y: 220, wires: [[], []], ...inner, property: "payload" },
      { id: "tab", type: "tab", label: "Test" },
    ]);
    const editor = await suite.open();
    await editor.showWorkspace("sub");
    await editor.edit("source");
    await button(editor).click();
    await message(editor, say("plex-config.picker.server-variable")).waitFor();
  });
});
