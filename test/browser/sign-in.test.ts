import assert from "node:assert/strict";
import { faults } from "../../simulator";
import { onEachEditor } from "../../testing/browser/suite";
import { ConfigForm, nobody, onlyReal, sampleFlow, say } from "../../testing/browser/forms";

/** What comes of it when Plex's page wants to see the editor, or to put another page in its place. */
const reachForEditor = `[
  () => window.opener.parent.document,
  () => (window.opener.parent.location.href = "about:blank"),
  () => (window.opener.location.href = "about:blank"),
].map((reach) => {
  try {
    return reach();
  } catch (error) {
    return error.name;
  }
})`;

onEachEditor("signing in with Plex", (suite) => {
  /** Has plex.tv tell of addresses that do not answer, each in a way of its own, besides the real one. */
  function nearAddresses(): void {
    const { simulator } = suite;
    const port = Number(new URL(simulator.url).port);
    const here = { address: "127.0.0.1", local: true } as const;
    onlyReal(simulator, [
      { ...here, protocol: "http", uri: nobody, port: 9 },
      { ...here, protocol: "https", uri: `https://127.0.0.1:${port}`, port, local: false, relay: true },
    ]);
  }

  const open = suite.share(async () => {
    await suite.deploy(sampleFlow({ url: "", name: "" }));
    return suite.open();
  });

  const openEmpty = async () => ConfigForm.openEmpty(await open());

  it("goes from the button to a token in the debug sidebar, with nothing typed", async () => {
    const { simulator } = suite;
    nearAddresses();
    const form = await openEmpty();
    const tab = await form.startSignIn();
    assert.deepEqual(await tab.evaluate(reachForEditor), ["SecurityError", "SecurityError", "SecurityError"]);
    assert.match(form.page.url(), /#flow/, "Plex's page can get at the editor.");
    const opened = simulator.requests.filter(({ path }) => path === "/auth").at(-1);
    assert.equal(opened?.headers.referer, undefined, "plex.tv is told at what address Node-RED is.");
    const page = new URL(tab.url());
    assert.equal(page.origin, simulator.plexTv.url);
    assert.match(page.hash, /^#\?clientID=editor-tests&code=[a-z0-9]{25}&context%5Bdevice%5D%5Bproduct%5D=/);
    await tab.locator("#allow").click();

    await form.message.filter({ hasText: say("plex-config.servers.found", { number: "3" }) }).waitFor();
    const shown = await form.servers.allInnerTexts();
    const [own, offline, shared] = shown.map((text) => text.replace(/\s+/g, " ").trim());
    assert.match(own!, /^Living Room your own · online · version 1\./);
    assert.match(offline!, /^Summer House your own · offline/);
    assert.match(shared!, /^Attic shared by friend · online/);

    await form.choose("Living Room", say("plex-config.chosen.filled", { name: "Living Room" }));
    assert.deepEqual(await form.values(), { url: simulator.url, token: simulator.token, name: "Living Room" });

    const { editor } = form;
    await editor.update();
    await editor.deploy();
    await editor.openDebug();
    await editor.inject("go");
    await editor.debugMessages.first().waitFor();
    assert.match(await editor.debugMessages.first().innerText(), /token: "transient-/);
  });

  it("another address can be chosen by hand, and those that do not answer say why", async () => {
    const { simulator } = suite;
    nearAddresses();
    const form = await openEmpty();
    await form.signInOnPage();
    await form.choose("Living Room", say("plex-config.chosen.filled", { name: "Living Room" }));

    const dead = form.addresses
      .filter({ hasText: nobody })
      .filter({ hasText: say("plex-config.addresses.unreachable") });
    const relay = form.addresses.filter({ hasText: say("plex-config.addresses.relay") });
    assert.match(await relay.innerText(), new RegExp(say("plex-config.addresses.tls")));
    assert.match(await form.addresses.filter({ hasText: /answered in \d+ ms/ }).innerText(), new RegExp(simulator.url));

    await dead.click();
    assert.equal((await form.values()).url, nobody);
    assert.equal(await dead.getAttribute("aria-selected"), "true");
  });

  it("a server that no address leads to fills nothing in, and a friend's server brings its own token", async () => {
    const { simulator } = suite;
    onlyReal(simulator);
    simulator.setConnections("own", [{ protocol: "http", address: "127.0.0.1", uri: nobody, port: 9, local: true }]);
    const form = await openEmpty();
    await form.signInOnPage();
    await form.choose("Living Room", say("plex-config.chosen.no-answer", { name: "Living Room" }));
    assert.deepEqual(await form.values(), { url: "", token: "", name: "" });
    await form.choose("Attic", say("plex-config.chosen.filled", { name: "Attic" }));
    const { url, token, name } = await form.values();
    assert.deepEqual([url, name], [simulator.sharedUrl, "Attic"]);
    assert.notEqual(token, simulator.token);
    assert.notEqual(token, "");
  });

  it("the code way: four characters for another device, and no tab", async () => {
    const { simulator } = suite;
    const form = await openEmpty();
    const { tabs } = form.editor;
    await form.startSignIn();
    const before = tabs.length;
    await form.page.locator("#plex-config-code-button").click();
    await form.signInMessage.filter({ hasText: say("plex-config.sign-in.code") }).waitFor();
    const code = await form.code.innerText();
    assert.match(code, /^[A-Z1-9]{4}$/);
    const link = form.page.locator("#plex-config-sign-in-link");
    assert.equal(await link.getAttribute("href"), `${simulator.plexTv.url}/link`);
    assert.equal(tabs.length, before, "A second tab was opened.");
    assert.equal(simulator.plexTv.authorise(code), true);
    await form.signedIn();
    assert.equal(await form.waiting.isVisible(), false);
  });

  it("where the browser opens no tab, a code is offered by itself", async () => {
    const form = await openEmpty();
    const opener = "document.getElementById('plex-config-sign-in-frame').contentWindow";
    await form.page.evaluate(`window.realOpen = ${opener}.open; ${opener}.open = () => null`);
    await form.signIn.click();
    await form.page.evaluate(`${opener}.open = window.realOpen`);
    await form.signInMessage.filter({ hasText: say("plex-config.sign-in.blocked") }).waitFor();
    assert.match(await form.code.innerText(), /^[A-Z1-9]{4}$/);
  });

  it("waits, counts down, and can be cancelled without losing what was typed", async () => {
    const { simulator } = suite;
    const form = await openEmpty();
    const typed = { url: "http://192.0.2.1:32400", token: "typed-by-hand", name: "Mine" };
    await form.fill(typed);
    await form.startSignIn();
    await form.page.locator("#plex-config-sign-in-time", { hasText: "29:5" }).waitFor();
    await form.page.locator("#plex-config-sign-in-time:not(:has-text('29:59'))", { hasText: "29:5" }).waitFor();
    await form.page.locator("#plex-config-cancel-button").click();
    await form.signInMessage.filter({ hasText: say("plex-config.sign-in.cancelled") }).waitFor();
    assert.equal(await form.waiting.isVisible(), false);
    assert.deepEqual(await form.values(), typed);
    const asked = simulator.requests.length;
    // Longer than it takes to ask again: the form asks once a second.
    await form.page.waitForTimeout(1_500);
    assert.equal(simulator.requests.length, asked, "plex.tv is still asked after the sign-in was cancelled.");
  });

  it("closes Plex's page with the sign-in, however that ends, and forgets the servers of the former account", async () => {
    onlyReal(suite.simulator);
    const form = await openEmpty();
    const { page } = form;
    const begin = async () => {
      const tab = await form.startSignIn();
      return { closed: tab.waitForEvent("close") };
    };
    const cancel = () => page.locator("#plex-config-cancel-button").click();
    await form.signInOnPage();
    await form.servers.first().waitFor();
    const cancelled = await begin();
    assert.equal(await form.servers.count(), 0, "The former account's servers are still listed.");
    await cancel();
    await cancelled.closed;
    const exchanged = await begin();
    await page.locator("#plex-config-code-button").click();
    await exchanged.closed;
    await form.code.filter({ hasText: /\w/ }).waitFor();
    await cancel();
    const left = await begin();
    await form.editor.cancelConfig();
    await left.closed;
  });

  it("opens Plex's page once more where the user has lost it, in place of the first", async () => {
    const form = await openEmpty();
    const first = await form.startSignIn();
    const closed = first.waitForEvent("close");
    const opened = form.page.waitForEvent("popup");
    await form.page.locator("#plex-config-sign-in-link").click();
    await closed;
    const second = await opened;
    await second.locator("#allow").waitFor();
    await form.page.bringToFront();
    const closedToo = second.waitForEvent("close");
    await second.locator("#allow").click();
    await form.signedIn();
    await closedToo;
  });

  it("tells of a refusal and of a sign-in that Plex does not know any more, and a new one works", async () => {
    const { simulator } = suite;
    const form = await openEmpty();
    const tab = await form.startSignIn();
    await tab.locator("#deny").click();
    await form.signInMessage.filter({ hasText: say("plex-config.sign-in.denied") }).waitFor();
    await form.startSignIn();
    simulator.advance(31 * 60_000);
    await form.signInMessage.filter({ hasText: say("plex-config.sign-in.denied") }).waitFor();
    await form.signInOnPage();
  });

  it("tells when the time of a sign-in is over", async () => {
    const { simulator } = suite;
    const short = { id: 1, code: "abcdefghijklmnopqrstuvwxy", expiresIn: 2, authToken: null };
    simulator.fault(faults.json(short, 201), { server: "plexTv", method: "POST", path: "/api/v2/pins" });
    simulator.fault(faults.json(short), { server: "plexTv", path: "/api/v2/pins/1", times: Infinity });
    const form = await openEmpty();
    await form.startSignIn();
    await form.signInMessage.filter({ hasText: say("plex-config.sign-in.expired") }).waitFor();
    assert.equal(await form.waiting.isVisible(), false);
  });

  it("says what is wrong with plex.tv before a sign-in, and closes the tab again", async () => {
    const { simulator } = suite;
    const form = await openEmpty();
    for (const [fault, key] of [
      [faults.status(503), "server-error"],
      [faults.status(429), "rate-limited"],
      [faults.reset(), "unreachable"],
      [faults.html(), "other"],
    ] as const) {
      // What was refused on a kept connection goes out once more.
      simulator.fault(fault, { server: "plexTv", path: "/api/v2/pins", times: Infinity });
      const closed = form.page.waitForEvent("popup").then((tab) => tab.waitForEvent("close"));
      await form.signIn.click();
      await form.signInMessage.filter({ hasText: say(`plex-config.plex-tv.${key}`) }).waitFor();
      await closed;
      simulator.clearFaults();
    }
  });

  it("goes on waiting while plex.tv is down or wants a pause, and says so", async () => {
    const { simulator } = suite;
    const form = await openEmpty();
    const tab = await form.startSignIn();
    const asking = { server: "plexTv", path: /^\/api\/v2\/pins\/\d+$/, times: Infinity } as const;
    simulator.fault(faults.status(503), asking);
    await form.signInMessage.filter({ hasText: say("plex-config.sign-in.problem.server-error") }).waitFor();
    simulator.clearFaults();
    simulator.fault(faults.status(429, { retryAfter: 1 }), asking);
    await form.signInMessage.filter({ hasText: say("plex-config.sign-in.problem.rate-limited") }).waitFor();
    simulator.clearFaults();
    await tab.locator("#allow").click();
    await form.signedIn();
  });
});
