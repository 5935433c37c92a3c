import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Locator } from "playwright-core";
import type { Editor } from "../../testing/browser/editor";
import { onEachEditor } from "../../testing/browser/suite";
import { ConfigForm, eventsNode, requestNode, sampleFlow, say } from "../../testing/browser/forms";

const languages = readdirSync(resolve(__dirname, "../../nodes/locales"));

/** What is wrong with how the form on top is laid out, in words; run in the page. */
const findMisfits = `(() => {
  const tray = [...document.querySelectorAll(".red-ui-tray")].pop();
  const room = tray.getBoundingClientRect();
  const body = tray.querySelector(".red-ui-tray-body form, form.red-ui-tray-body") || tray.querySelector("form");
  const shown = [...body.querySelectorAll("*")].filter((each) => each.offsetParent !== null && each.offsetWidth > 0);
  const nameOf = (each) => each.id || each.htmlFor || each.className || each.tagName;
  const cut = shown.filter((each) => each.getBoundingClientRect().right > room.right + 0.5);
  const scrolls = body.scrollWidth > body.clientWidth + 1 ? ["the form is wider than its room"] : [];
  const labels = shown.filter((each) => each.tagName === "LABEL" && each.closest(".form-row"));
  const bad = labels.flatMap((label) => {
    const given = label.control;
    // Of a group, the label has no field of its own; of a box to tick, it can hold the field.
    const isAlone = !given || label.contains(given);
    const field = isAlone || given.offsetParent ? given : given.parentElement.querySelector(".red-ui-typedInput-container");
    const [of, to] = [label, field || label].map((each) => each.getBoundingClientRect());
    const lines = of.height > 1.6 * parseFloat(getComputedStyle(label).lineHeight) ? [nameOf(label) + " has two lines"] : [];
    const wide = label.scrollWidth > label.clientWidth + 1 ? [nameOf(label) + " is cut off"] : [];
    const isBeside = isAlone || of.top < to.bottom && to.top < of.bottom && (of.right <= to.left + 1 || to.right <= of.left + 1);
    return [...lines, ...wide, ...(isBeside ? [] : [nameOf(label) + " is not beside its field"])];
  });
  return [...cut.map((each) => nameOf(each) + " is cut off"), ...scrolls, ...bad];
})()`;

onEachEditor("the layout of the forms", (suite) => {
  for (const width of [900, 1500]) {
    it(`fits its tray in every language at ${width} px, with each label on one line beside its field`, async function () {
      this.timeout(240_000);
      const { url, token } = suite.simulator;
      await suite.deploy([...sampleFlow({ url, token }), requestNode, eventsNode]);
      const misfits: string[] = [];
      for (const locale of languages) {
        const editor = await suite.open({ locale, viewport: { width, height: 900 } });
        const look = async (form: string) => {
          for (const misfit of await editor.page.evaluate<string[]>(findMisfits))
            misfits.push(`${locale} ${form}: ${misfit}`);
        };
        await editor.edit("token");
        await look("plex-transient-token");
        await editor.cancel();
        await editor.edit("source");
        await editor.page.locator("#plex-source-connection-picker-button").click();
        await editor.page.locator("#plex-source-connection-picker [role=option]").first().waitFor();
        await look("plex-source-connection");
        await editor.cancel();
        await editor.edit("request");
        await editor.page.locator("#plex-request-endpoint-picker-button").click();
        await editor.page.locator("#plex-request-endpoint-picker [role=option]").first().waitFor();
        await look("plex-request");
        await editor.cancel();
        await editor.edit("events");
        await look("plex-events");
        await editor.cancel();
        const form = await ConfigForm.open(editor);
        await form.openMore();
        await form.find.click();
        await form.servers.first().waitFor();
        await look("plex-config");
        await editor.close();
      }
      assert.deepEqual(misfits, []);
    });
  }

  it("shows no row of what does not count for what is chosen", async () => {
    await suite.deploy([...sampleFlow({ url: "http://192.0.2.1:32400", token: "any" }), requestNode]);
    const editor = await suite.open();
    await editor.edit("request");
    const [all, limit] = ["all", "limit"].map((name) => editor.page.locator(`#plex-request-${name}-row`));
    await Promise.all([all!, limit!].map((row) => row.waitFor()));
    await editor.field("method").selectOption("POST");
    await Promise.all([all!, limit!].map((row) => row.waitFor({ state: "hidden" })));
  });

  /** Presses the mouse button down over something, and tells how far that has moved by the time it is up again. */
  async function press({ page }: Editor, target: Locator): Promise<{ x: number; y: number }> {
    await target.scrollIntoViewIfNeeded();
    const before = (await target.boundingBox())!;
    await page.mouse.move(before.x + before.width / 2, before.y + before.height / 2);
    await page.mouse.down();
    // What the field that lost the focus does with it is done by then.
    await page.waitForTimeout(100);
    const after = (await target.boundingBox())!;
    await page.mouse.up();
    return { x: after.x - before.x, y: after.y - before.y };
  }

  it("does not move under a click, whatever is wrong with the field that is left by it", async () => {
    await suite.deploy(sampleFlow({ url: "http://192.0.2.1:32400", token: "any" }));
    const form = await ConfigForm.open(await suite.open({ viewport: { width: 1280, height: 700 } }));
    const { editor, page } = form;
    await form.openMore();
    const summary = page.locator("#plex-config-more summary");
    for (const [setting, wrong, key] of [
      ["token", "", "validation.token-missing"],
      ["token", "claim-x", "validation.token-claim"],
      ["url", "", "validation.url-missing"],
      ["url", "nas", "validation.url-scheme"],
      ["timeout", "soon", "validation.timeout"],
      ["retries", "x", "validation.retries"],
      ["clientIdentifier", "a b", "validation.identifier-characters"],
      ["clientIdentifier", "", ""],
    ] as const) {
      const field = editor.configField(setting);
      for (const target of [form.test, form.find, editor.configField("retries"), summary]) {
        await form.openMore();
        await field.fill(setting === "timeout" || setting === "retries" ? "5" : "http://right");
        await field.click();
        await field.fill(wrong);
        assert.deepEqual(await press(editor, target), { x: 0, y: 0 }, `${setting} "${wrong}"`);
        const line = await page.locator(`#plex-config-${setting}-message`).textContent();
        if (key !== "") assert.equal(line?.trim(), say(`plex-config.${key}`), `${setting} "${wrong}"`);
      }
    }
  });

  it("the first click on Test counts after the token was emptied", async () => {
    await suite.deploy(sampleFlow({ url: "http://192.0.2.1:32400", token: "any" }));
    const form = await ConfigForm.open(await suite.open());
    await form.token.fill("typed");
    await form.token.fill("");
    await press(form.editor, form.test);
    await form.result.filter({ hasText: say("plex-config.validation.token-missing") }).waitFor();
  });

  it("a list stays where it is when a line of it is chosen", async () => {
    const { url, token } = suite.simulator;
    await suite.deploy(sampleFlow({ url, token }));
    const form = await ConfigForm.open(await suite.open());
    await form.find.click();
    const line = form.servers.filter({ hasText: "Living Room" });
    await line.waitFor();
    const before = await line.boundingBox();
    await line.click();
    assert.deepEqual(await line.boundingBox(), before);
    await form.message.filter({ hasText: say("plex-config.chosen.same") }).waitFor();
    assert.deepEqual(await line.boundingBox(), before);
    const address = form.addresses.last();
    await address.scrollIntoViewIfNeeded();
    const was = await address.boundingBox();
    await address.click();
    assert.deepEqual(await address.boundingBox(), was);
  });
});
