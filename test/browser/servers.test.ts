import assert from "node:assert/strict";
import { faults } from "../../simulator";
import { onEachEditor } from "../../testing/browser/suite";
import { ConfigForm, onlyReal, sampleFlow, say } from "../../testing/browser/forms";

onEachEditor("finding servers", (suite) => {
  const open = suite.share(async () => {
    const { url, token } = suite.simulator;
    await suite.deploy(sampleFlow({ url, token, name: "" }));
    return suite.open();
  });

  const openEmpty = async () => ConfigForm.openEmpty(await open());

  it("lists them for the stored token, which stays where it is", async () => {
    const { simulator } = suite;
    onlyReal(simulator);
    const form = await ConfigForm.open(await open());
    await form.find.click();
    await form.choose("Living Room", say("plex-config.chosen.token-kept", { name: "Living Room" }));
    assert.deepEqual(await form.values(), { url: simulator.url, token: "__PWRD__", name: "Living Room" });
  });

  it("finds a server on this network, which needs a token yet, and merges it with the account's", async () => {
    const { simulator } = suite;
    onlyReal(simulator);
    suite.announced.push(simulator.announcement);
    // Anew, so that it lists nothing yet.
    await (await ConfigForm.open(await open())).editor.cancelConfig();
    const form = await openEmpty();
    await form.discover.click();
    await form.message.filter({ hasText: say("plex-config.servers.found", { number: "1" }) }).waitFor();
    assert.match(await form.servers.innerText(), /Living Room\s+on this network · online/);
    await form.choose("Living Room", say("plex-config.chosen.token-missing", { name: "Living Room" }));
    assert.deepEqual(await form.values(), { url: simulator.url, token: "", name: "Living Room" });

    await form.signInOnPage();
    await form.message.filter({ hasText: say("plex-config.servers.found", { number: "3" }) }).waitFor();
    const own = form.servers.filter({ hasText: "Living Room" });
    assert.match(await own.innerText(), /your own · on this network · online/);
    await form.choose("Living Room", say("plex-config.chosen.filled", { name: "Living Room" }));
    assert.equal((await form.values()).token, simulator.token);
  });

  it("lists the account's servers for a token that was typed, and fills in the chosen one", async () => {
    const { simulator } = suite;
    onlyReal(simulator);
    const form = await openEmpty();
    await form.token.fill(simulator.token);
    await form.find.click();
    await form.choose("Attic", say("plex-config.chosen.filled", { name: "Attic" }));
    const { url, token, name } = await form.values();
    assert.deepEqual([url, name], [simulator.sharedUrl, "Attic"]);
    assert.notEqual(token, simulator.token, "An account's token was filled in for a friend's server.");
  });

  it("says what is wrong with the account's token, and what plex.tv is missing", async () => {
    const { simulator } = suite;
    const form = await openEmpty();
    await form.token.fill("not-an-account");
    await form.find.click();
    await form.message.filter({ hasText: say("plex-config.plex-tv.unauthorized") }).waitFor();
    simulator.fault(faults.json([]), { server: "plexTv", path: "/api/v2/resources" });
    await form.find.click();
    await form.message.filter({ hasText: say("plex-config.servers.none-account") }).waitFor();
    assert.equal((await form.values()).token, "not-an-account");
  });

  it("finds nothing on this network, and says why that can be", async () => {
    const form = await openEmpty();
    await form.discover.click();
    await form.message.filter({ hasText: say("plex-config.servers.searching") }).waitFor();
    await form.message.filter({ hasText: say("plex-config.servers.none-network") }).waitFor();
    assert.equal(await form.discover.isEnabled(), true);
  });
});
