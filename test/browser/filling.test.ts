import assert from "node:assert/strict";
import { onEachEditor } from "../../testing/browser/suite";
import { ConfigForm, nobody, sampleFlow, say, tellAccount, type ToldServer } from "../../testing/browser/forms";

onEachEditor("what is filled in for a server", (suite) => {
  const idOf = (source: string) => source.replace("server://", "");

  const own = (more: Partial<ToldServer> = {}): ToldServer => {
    const { token, url, ownServer } = suite.simulator;
    return { name: "Living Room", machineIdentifier: idOf(ownServer), token, uris: [url], ...more };
  };
  /** A friend's server, for which plex.tv gives no token. */
  const attic = (more: Partial<ToldServer> = {}): ToldServer => {
    const { sharedUrl, sharedServer } = suite.simulator;
    return { name: "Attic", machineIdentifier: idOf(sharedServer), token: null, uris: [sharedUrl], ...more };
  };

  /** The tokens that the friend's server has got to see since the test began. */
  let seenBefore = 0;
  const tokensAtAttic = () =>
    suite.simulator.requests
      .slice(seenBefore)
      .filter(({ server, headers }) => server === "shared" && headers["x-plex-token"] !== undefined)
      .map(({ headers }) => headers["x-plex-token"]);

  const open = suite.share(async () => {
    await suite.deploy(sampleFlow({ url: "", name: "" }));
    return suite.open();
  });

  async function openEmpty(): Promise<ConfigForm> {
    const editor = await open();
    // Anew, so that it lists nothing yet.
    if (await editor.page.locator("#node-config-dialog-cancel").isVisible()) await editor.cancelConfig();
    const form = await ConfigForm.openEmpty(editor);
    seenBefore = suite.simulator.requests.length;
    return form;
  }

  it("goes with the server: the token of one is never sent to another, and its name does not stay", async () => {
    const { simulator } = suite;
    tellAccount(simulator, [own(), attic()]);
    const form = await openEmpty();
    const tab = await form.startSignIn();
    await tab.locator("#allow").click();
    await form.choose("Living Room", say("plex-config.chosen.filled", { name: "Living Room" }));
    await form.choose("Attic", say("plex-config.chosen.none-given"));
    assert.deepEqual(await form.values(), { url: simulator.sharedUrl, token: "", name: "Attic" });
    await form.testFor(say("plex-config.validation.token-missing"));
    assert.deepEqual(tokensAtAttic(), []);
    await form.choose("Living Room", say("plex-config.chosen.filled", { name: "Living Room" }));
    assert.deepEqual(await form.values(), { url: simulator.url, token: simulator.token, name: "Living Room" });
  });

  it("says whose values are still there where nothing could be filled in", async () => {
    const { simulator } = suite;
    tellAccount(simulator, [own(), attic({ uris: [nobody] })]);
    const form = await openEmpty();
    await form.fill({ url: "http://192.0.2.1:32400", token: simulator.token, name: "Mine" });
    await form.find.click();
    await form.choose("Living Room", say("plex-config.chosen.filled", { name: "Living Room" }));
    await form.choose("Attic", say("plex-config.chosen.no-answer", { name: "Attic" }));
    const told = await form.message.innerText();
    assert.ok(told.includes(say("plex-config.chosen.still", { name: "Mine" })), told);
    assert.deepEqual(await form.values(), { url: "http://192.0.2.1:32400", token: simulator.token, name: "Mine" });
  });

  it("sends no token that a person typed to an address that it filled in, by the test or by a deploy, until told", async () => {
    const { simulator } = suite;
    tellAccount(simulator, [own(), attic()]);
    const form = await openEmpty();
    const { editor, page } = form;
    await form.token.fill(simulator.token);
    await form.find.click();
    await form.choose("Attic", say("plex-config.chosen.kept"));
    await form.testFor(say("plex-config.chosen.kept"));
    assert.equal(await page.locator(":focus").getAttribute("id"), "plex-config-trust-button");
    await editor.update();
    assert.equal((await editor.node("server")).valid, false, "Deploy does not ask.");
    assert.deepEqual(tokensAtAttic(), []);

    await ConfigForm.open(editor);
    await form.message.filter({ hasText: say("plex-config.chosen.kept") }).waitFor();
    await page.locator("#plex-config-trust-button").click();
    await form.testFor(say("plex-config.error.unauthorized"));
    assert.ok(tokensAtAttic().length > 0, "Nothing was sent although the person said so.");
    await editor.update();
    assert.equal((await editor.node("server")).valid, true);
  });
});
