import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { onEachEditor } from "../../testing/browser/suite";
import { ConfigForm, nobody, sampleFlow, say } from "../../testing/browser/forms";

onEachEditor("another language", (suite) => {
  it("is that of the browser: palette, forms, sentences, statuses and help", async () => {
    const { simulator } = suite;
    const german = (key: string, values = {}) => say(key, values, "de");
    assert.notEqual(german("plex-config.action.sign-in"), say("plex-config.action.sign-in"));
    await suite.deploy(sampleFlow({ url: nobody, token: "any" }));
    const editor = await suite.open({ locale: "de-DE" });
    const { page } = editor;
    const palette = await editor.paletteNode("plex-transient-token").innerText();
    assert.equal(palette.replace(/\s+/g, " ").trim(), german("plex-transient-token.label.palette"));

    await editor.inject("go");
    await editor
      .status("token")
      .filter({ hasText: german("plex-transient-token.status.unreachable") })
      .waitFor();

    const form = await ConfigForm.open(editor);
    assert.equal((await form.signIn.innerText()).trim(), german("plex-config.action.sign-in"));
    assert.equal(
      await page
        .locator("label[for=node-config-input-url]")
        .innerText()
        .then((text) => text.trim()),
      german("plex-config.label.url"),
    );
    await form.url.fill("nas");
    await page.locator("#plex-config-url-message", { hasText: german("plex-config.validation.url-scheme") }).waitFor();
    await form.url.fill(nobody);
    await form.testFor(german("plex-config.error.unreachable"));
    await form.url.fill(simulator.url);
    await form.token.fill("claim-x");
    await form.testFor(german("plex-config.validation.token-claim"));
    await editor.cancelConfig();

    await editor.edit("source");
    const find = page.locator("#plex-source-connection-picker-button");
    assert.equal(await find.getAttribute("aria-label"), german("plex-source-connection.label.find"));
    await editor.openHelp("plex-transient-token");
    const source = await readFile(resolve(__dirname, "../../nodes/locales/de/plex-transient-token.html"), "utf8");
    const [, first = ""] = /<p>([^<]+)/.exec(source) ?? [];
    assert.ok((await editor.help.innerText()).includes(first));
  });
});
