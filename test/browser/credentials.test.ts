import assert from "node:assert/strict";
import { onEachEditor } from "../../testing/browser/suite";
import { ConfigForm, onlyReal, sampleFlow, say } from "../../testing/browser/forms";

onEachEditor("the stored token", (suite) => {
  /** What the deployed flow says when its inject node is pressed: its status, as the editor shows it. */
  async function statusAfterInject(form: ConfigForm, status: string): Promise<void> {
    const { editor } = form;
    await editor.inject("go");
    await editor.status("token").filter({ hasText: status }).waitFor();
  }

  async function openForm(): Promise<ConfigForm> {
    const { url, token } = suite.simulator;
    await suite.deploy(sampleFlow({ url, token }));
    return ConfigForm.open(await suite.open());
  }

  const openOnce = suite.share(openForm);

  it("outlasts edits of other fields, and what is cancelled", async () => {
    const form = await openOnce();
    const { editor } = form;
    assert.equal(await form.token.getAttribute("type"), "password");
    assert.equal((await form.values()).token, "__PWRD__");
    await form.token.fill("something else");
    await editor.cancelConfig();
    assert.equal(await editor.isDirty(), false);

    await editor.editConfig("plex-config", "server");
    assert.equal((await form.values()).token, "__PWRD__");
    await form.name.fill("Another name");
    await editor.update();
    assert.equal(await editor.deploy(), false);
    await statusAfterInject(form, say("plex-transient-token.status.ok"));
  });

  it("is replaced by another one, and cleared", async () => {
    const { simulator } = suite;
    const form = await openOnce();
    const { editor } = form;
    await ConfigForm.open(editor);
    await form.token.fill("not-a-token-of-this-server");
    await editor.update();
    await editor.editConfig("plex-config", "server");
    assert.equal(
      (await form.values()).token,
      "not-a-token-of-this-server",
      "What was typed is lost before the deploy.",
    );
    await editor.update();
    await editor.deploy();
    await statusAfterInject(form, say("plex-transient-token.status.unauthorized"));

    await editor.editConfig("plex-config", "server");
    await form.token.fill("");
    await form.page
      .locator("#plex-config-token-message", { hasText: say("plex-config.validation.token-missing") })
      .waitFor();
    await editor.update();
    await editor.deploy();
    await statusAfterInject(form, say("plex-transient-token.status.not-configured"));

    await editor.editConfig("plex-config", "server");
    assert.equal((await form.values()).token, "");
    await form.token.fill(simulator.token);
    await editor.update();
    await editor.deploy();
    await statusAfterInject(form, say("plex-transient-token.status.ok"));
  });

  it("reaches the browser in no answer and no text, whatever is pressed", async () => {
    const { simulator } = suite;
    onlyReal(simulator);
    const form = await openForm();
    const { editor, page } = form;
    await form.testFor(say("plex-config.test.mints"));
    await form.find.click();
    await form.choose("Living Room", say("plex-config.chosen.same"));
    await form.choose("Attic", say("plex-config.chosen.kept"));
    await editor.cancelConfig();
    await editor.edit("source");
    await page.locator("#plex-source-connection-picker-button").click();
    await page.locator("#plex-source-connection-picker [role=option]").first().waitFor();
    await editor.cancel();
    await editor.openDebug();
    await editor.inject("go");
    await editor.debugMessages.first().waitFor();
    await editor.settled();

    const carriers = editor.traffic.filter(({ sent, received }) => `${sent}${received}`.includes(simulator.token));
    assert.deepEqual(carriers, []);
    const routes = editor.traffic.map(({ url }) => new URL(url).pathname);
    for (const route of ["/flows", "/plex-config/test", "/plex-config/servers", "/plex-config/sources", "/comms"]) {
      assert.ok(routes.includes(route), `${route} was not recorded.`);
    }
    assert.ok(
      editor.traffic.some(({ received }) => received.includes("transient-")),
      "Answers were not recorded.",
    );
    assert.equal((await page.content()).includes(simulator.token), false);
  });
});

onEachEditor("sentences below the fields", (suite) => {
  it("say what is wrong with a value as it is typed, and go when it is right", async () => {
    await suite.deploy(sampleFlow({ url: "", name: "" }));
    const form = await ConfigForm.open(await suite.open());
    const { page, editor } = form;
    await page.locator("#plex-config-more summary").click();
    for (const [field, typed, key, right] of [
      ["url", "192.168.1.10:32400", "url-scheme", "http://192.168.1.10:32400"],
      ["url", "http://me:secret@nas:32400", "url-login", "${PLEX_URL}"],
      ["token", "claim-abc", "token-claim", "abc"],
      ["timeout", "soon", "timeout", "5000"],
      ["retries", "-1", "retries", "0"],
      ["clientIdentifier", "a b", "identifier-characters", "ab"],
    ] as const) {
      const line = page.locator(`#plex-config-${field}-message`);
      await editor.configField(field).fill(typed);
      await line.filter({ hasText: say(`plex-config.validation.${key}`) }).waitFor();
      assert.equal(await editor.configField(field).getAttribute("aria-invalid"), "true");
      await editor.configField(field).fill(right);
      await line.filter({ hasText: /^$/ }).waitFor({ state: "attached" });
      assert.equal(await editor.configField(field).getAttribute("aria-invalid"), "false");
    }
    await editor.configField("url").fill("nas");
    await editor.update();
    assert.equal((await editor.node("server")).valid, false);
  });

  it("a new server gets an identifier of its own, and keeps it", async () => {
    const editor = await suite.open();
    const token = await editor.drag("plex-transient-token", { x: 340, y: 100 });
    await editor.edit(token);
    await editor.addReferred("server");
    const identifier = await editor.configField("clientIdentifier").inputValue();
    assert.match(identifier, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    await editor.configField("url").fill("http://192.0.2.1:32400");
    await editor.configField("token").fill("any");
    await editor.update();
    await editor.editReferred("server");
    assert.equal(await editor.configField("clientIdentifier").inputValue(), identifier);
    await editor.update();
    await editor.done();
    assert.equal(await editor.deploy(), false);
    const flows = (await suite.nodeRed.adminJson("flows")) as { type: string; clientIdentifier?: string }[];
    assert.equal(flows.find(({ type }) => type === "plex-config")?.clientIdentifier, identifier);
  });
});
