import assert from "node:assert/strict";
import type { Editor, EditorOptions } from "../../testing/browser/editor";
import { onEachEditor } from "../../testing/browser/suite";
import { findObstacles } from "../../testing/browser/accessibility";
import { ConfigForm, nobody, onlyReal, requestNode, sampleFlow, say } from "../../testing/browser/forms";

/** What the editor puts in place of our fields and beside them, traps for password managers among them. */
const ofTheEditor = [
  "[id^=red-ui-trap-]",
  ".red-ui-typedInput-container",
  "[id^=node-input-btn-]",
  "[id^=node-config-input-btn-]",
];

onEachEditor("forms and help", (suite) => {
  const themes: EditorOptions[] = suite.isClassic ? [{}] : [{ theme: "light" }, { theme: "dark" }];

  /** A colour as the browser works it out, such as "rgb(255, 255, 255)". */
  function background({ page }: Editor, selector: string): Promise<string> {
    return page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const page = globalThis as unknown as { getComputedStyle(of: unknown): { backgroundColor: string } };
        return page.getComputedStyle(element).backgroundColor;
      });
  }

  for (const options of themes) {
    const suffix = options.theme === undefined ? "" : ` in the ${options.theme} theme`;

    it(`the server's form has nothing that keeps anybody out, whatever it shows${suffix}`, async () => {
      const { simulator } = suite;
      onlyReal(simulator, [{ protocol: "http", address: "127.0.0.1", uri: nobody, port: 9, local: true }]);
      await suite.deploy(sampleFlow({ url: "", name: "" }));
      const editor = await suite.open(options);
      const form = await ConfigForm.open(editor);
      const check = async () => {
        assert.deepEqual(await findObstacles(form.page, "#node-config-dialog-edit-form", ofTheEditor), []);
      };
      await form.page.locator("#plex-config-more summary").click();
      await editor.configField("timeout").fill("soon");
      await check();
      await editor.configField("timeout").fill("5000");
      await form.startSignIn();
      await check();
      await form.page.locator("#plex-config-code-button").click();
      await form.code.filter({ hasText: /\w/ }).waitFor();
      await check();
      assert.ok(simulator.plexTv.authorise(await form.code.innerText()));
      await form.servers.first().waitFor();
      await form.choose("Living Room", say("plex-config.chosen.filled", { name: "Living Room" }));
      await form.testFor(say("plex-config.test.mints"));
      await check();
      await form.url.fill(nobody);
      await form.testFor(say("plex-config.error.unreachable"));
      await check();
      const list = await background(editor, "#plex-config-servers .plex-access-list");
      assert.equal(/^rgb\(2[0-9]{2}, 2/.test(list), options.theme !== "dark", `The list is ${list}${suffix}.`);
    });

    it(`nor have the forms of the flow nodes and the help${suffix}`, async () => {
      const { simulator } = suite;
      await suite.deploy([...sampleFlow({ url: simulator.url, token: simulator.token }), requestNode]);
      const editor = await suite.open(options);
      const { page } = editor;
      const check = async (part: string) => {
        assert.deepEqual(await findObstacles(page, part, ofTheEditor), []);
      };
      await editor.edit("token");
      await editor.field("reuse").fill("x");
      await check("#dialog-form");
      await editor.cancel();
      await editor.edit("source");
      await page.locator("#plex-source-connection-picker-button").click();
      await page.locator("#plex-source-connection-picker [role=option]").first().waitFor();
      await check("#dialog-form");
      await editor.cancel();
      await editor.edit("request");
      for (const picker of ["endpoint", "player"]) {
        await page.locator(`#plex-request-${picker}-picker-button`).click();
        await page.locator(`#plex-request-${picker}-picker-message`).filter({ hasText: /\w/ }).waitFor();
        await check("#dialog-form");
      }
      for (const type of ["plex-request", "plex-source-connection", "plex-transient-token", "plex-config"]) {
        await editor.openHelp(type);
        await check(".red-ui-help");
      }
    });
  }

  it("the forms fit into a narrow window, and nothing in them is cut off", async () => {
    await suite.deploy(sampleFlow({ url: "http://192.0.2.1:32400", token: "any" }));
    const editor = await suite.open({ viewport: { width: 700, height: 800 } });
    const form = await ConfigForm.open(editor);
    await form.page.locator("#plex-config-more summary").click();
    const tooWide = await form.page.locator("#node-config-dialog-edit-form *").evaluateAll((elements) => {
      const measured = elements as unknown as {
        id: string;
        scrollWidth: number;
        clientWidth: number;
        tagName: string;
      }[];
      return measured
        .filter(({ tagName }) => ["DIV", "UL", "DETAILS", "BUTTON"].includes(tagName))
        .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
        .map(({ id, tagName, scrollWidth, clientWidth }) => `${tagName} ${id}: ${scrollWidth} > ${clientWidth}`);
    });
    assert.deepEqual(tooWide, []);
  });

  const openOnce = suite.share(async () => {
    await suite.deploy(sampleFlow({ url: "", name: "" }));
    return ConfigForm.open(await suite.open());
  });

  it("Escape ends a waiting sign-in, not the form", async () => {
    const form = await openOnce();
    await form.startSignIn();
    await form.page.locator("#plex-config-cancel-button").focus();
    await form.page.keyboard.press("Escape");
    await form.signInMessage.filter({ hasText: say("plex-config.sign-in.cancelled") }).waitFor();
    assert.equal(await form.page.locator(":focus").getAttribute("id"), "plex-config-sign-in-button");
  });

  it("the server's form can be used with the keyboard alone", async () => {
    const { simulator } = suite;
    onlyReal(simulator);
    const form = await openOnce();
    const { editor, page } = form;
    const { keyboard } = page;
    const focused = () => page.locator(":focus").getAttribute("id");
    const focusIsInForm = async () => (await page.locator("#node-config-dialog-edit-form :focus").count()) === 1;
    /** Tab, until something has the focus; the way there is what a user walks too. */
    const walkTo = async (id: string) => {
      for (let step = 0; step < 12; step += 1) {
        if ((await focused()) === id) return;
        await keyboard.press("Tab");
      }
      assert.equal(await focused(), id);
    };
    await form.name.focus();
    await walkTo("plex-config-sign-in-button");
    const opened = page.waitForEvent("popup");
    await keyboard.press("Enter");
    await opened;
    await page.bringToFront();
    await form.waiting.waitFor();
    await walkTo("plex-config-code-button");
    await keyboard.press("Enter");
    assert.equal(await focusIsInForm(), true, "The focus is lost while the code is asked for.");
    await form.code.filter({ hasText: /^\w{4}$/ }).waitFor();
    assert.equal(await focusIsInForm(), true, "The focus is lost with the button that asked for the code.");
    assert.ok(simulator.plexTv.authorise(await form.code.innerText()));
    // After the sign-in, the focus is in the list.
    await page.locator("#plex-config-servers li:focus").waitFor();
    await keyboard.press("End");
    await keyboard.press("Enter");
    await form.message.filter({ hasText: say("plex-config.chosen.filled", { name: "Attic" }) }).waitFor();
    assert.equal((await form.values()).url, simulator.sharedUrl);
    await walkTo("plex-config-test-button");
    await keyboard.press("Space");
    await form.result.filter({ hasText: say("plex-config.test.mints") }).waitFor();
    assert.equal(await focused(), "plex-config-test-button");
    // A line of a list leaves Node-RED its own keys.
    await form.servers.first().focus();
    await keyboard.press("Control+Enter");
    await page.locator("#node-config-dialog-ok").waitFor({ state: "detached" });
    assert.equal((await editor.node("server")).url, simulator.sharedUrl);
  });
});
