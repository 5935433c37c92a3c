import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findChromium, getBrowser, noChromium } from "../../testing/browser/browser";
import { Editor } from "../../testing/browser/editor";
import { ConfigForm, sampleFlow, say } from "../../testing/browser/forms";
import { startNodeRed, type NodeRedProcess } from "../../testing/node-red/process";
import { INSTALLATION_TIME, runtimes } from "../../testing/node-red/runtimes";

for (const runtime of runtimes) {
  describe(`an editor whose user may only look (${runtime.name})`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRedProcess | undefined;
    let editor: Editor | undefined;

    before("start a Node-RED that lets everybody look", async function () {
      this.timeout(INSTALLATION_TIME);
      if (findChromium() === undefined) {
        if (process.env["CI"] === "true") throw new Error(`On a build machine, ${noChromium}`);
        this.test!.parent!.eachTest((test: Mocha.Test & { skipReason?: string }) => (test.skipReason = noChromium));
        this.skip();
      }
      nodeRed = await startNodeRed(await runtime.get(), {
        settings: { adminAuth: { type: "credentials", users: [], default: { permissions: "read" } } },
        prepare: (userDir) =>
          writeFile(join(userDir, "flows.json"), JSON.stringify(sampleFlow({ url: "http://192.0.2.1:32400" }))),
      });
      editor = await Editor.open(await getBrowser(), nodeRed.url);
    });
    after(async () => {
      await editor?.close();
      editor?.assertNoErrors();
      await nodeRed?.stop();
    });

    it("says before they are pressed that the buttons are not for them, and asks nobody when they are", async () => {
      const { page } = editor!;
      const sentence = say("plex-config.request.read-only");
      const form = await ConfigForm.open(editor!);
      for (const message of [form.message, form.result]) await message.filter({ hasText: sentence }).waitFor();
      for (const button of [form.signIn, form.find, form.discover, form.test]) {
        assert.equal(await button.getAttribute("aria-disabled"), "true");
        await button.click({ force: true });
      }
      await editor!.cancelConfig();
      await editor!.edit("source");
      await page.locator("#plex-source-connection-picker-message", { hasText: sentence }).waitFor();
      await page.locator("#plex-source-connection-picker-button").click({ force: true });
      await editor!.settled();
      assert.deepEqual(
        editor!.traffic.map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith("/plex-config/")),
        [],
      );
      assert.equal(editor!.tabs.length, 0);
    });
  });
}
