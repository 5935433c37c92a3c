import assert from "node:assert/strict";
import { faults } from "../../simulator";
import { onEachEditor } from "../../testing/browser/suite";
import { ConfigForm, nobody, onlyReal, sampleFlow, say, tellAccount } from "../../testing/browser/forms";

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
    await form.choose("Living Room", say("plex-config.chosen.same"));
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
    await form.choose("Living Room", say("plex-config.chosen.none-found"));
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

  /** Whether what is chosen in a list can be seen without scrolling it. */
  const isInSight = (form: ConfigForm, list: string) =>
    form.page.locator(`${list} [aria-selected=true]`).evaluate((line) => {
      const { offsetTop, offsetHeight, offsetParent } = line as unknown as Record<
        "offsetTop" | "offsetHeight",
        number
      > & {
        offsetParent: Record<"scrollTop" | "clientHeight", number>;
      };
      const { scrollTop, clientHeight } = offsetParent;
      return clientHeight > 0 && offsetTop >= scrollTop && offsetTop + offsetHeight <= scrollTop + clientHeight;
    });

  it("filters forty of them, finds one by its first letters, and shows what is chosen", async () => {
    const { simulator } = suite;
    const { token, url, machineIdentifier } = simulator;
    const others = Array.from({ length: 39 }, (_, index) => ({
      ...{ name: `Server ${index + 1}`, machineIdentifier: `${index}`.padStart(40, "0"), token, uris: [nobody] },
    }));
    // By name, the real one comes last.
    tellAccount(simulator, [...others, { name: "The one", machineIdentifier, token, uris: [url] }]);
    const form = await openEmpty();
    const { page } = form;
    await form.token.fill(token);
    await form.find.click();
    await form.message.filter({ hasText: say("plex-config.servers.found", { number: "40" }) }).waitFor();
    await form.servers.first().focus();
    await page.keyboard.type("the");
    await page.keyboard.press("Enter");
    await form.message.filter({ hasText: say("plex-config.chosen.filled", { name: "The one" }) }).waitFor();
    assert.equal(await isInSight(form, "#plex-config-servers"), true);

    const filter = page.locator("#plex-config-servers-filter");
    await filter.fill("SERVER 3");
    await form.message.filter({ hasText: say("plex-config.servers.found", { number: "11" }) }).waitFor();
    await filter.fill("server 39");
    await filter.press("Enter");
    await form.message.filter({ hasText: say("plex-config.chosen.no-answer", { name: "Server 39" }) }).waitFor();
    await filter.fill("");
    assert.equal(await isInSight(form, "#plex-config-servers"), true);
    assert.equal((await form.values()).url, "", "The other server's URL stays.");
  });

  it("chooses the only server of an account by itself, and lists first what answers", async () => {
    const { simulator } = suite;
    const { token, url, machineIdentifier } = simulator;
    const dead = [nobody, "http://127.0.0.1:10", "http://127.0.0.1:11", "http://127.0.0.1:12", "http://127.0.0.1:13"];
    tellAccount(simulator, [{ name: "Living Room", machineIdentifier, token, uris: [...dead, url] }]);
    const form = await openEmpty();
    await form.token.fill(token);
    await form.find.click();
    await form.message.filter({ hasText: say("plex-config.chosen.filled", { name: "Living Room" }) }).waitFor();
    assert.equal((await form.values()).url, url);
    assert.match(await form.addresses.first().innerText(), /answered in \d+ ms/);
    await form.addresses.last().click();
    await form.page.locator("#plex-config-addresses [aria-selected=true]").filter({ hasNotText: url }).waitFor();
    assert.equal(await isInSight(form, "#plex-config-addresses"), true);
  });
});
