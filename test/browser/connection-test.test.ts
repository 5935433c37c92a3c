import assert from "node:assert/strict";
import { certificates, startSimulator, type Simulator } from "../../simulator";
import { onEachEditor } from "../../testing/browser/suite";
import { plexDirect } from "../../testing/http/plex-direct-certificate";
import { ConfigForm, sampleFlow, say } from "../../testing/browser/forms";

onEachEditor("testing the connection", (suite) => {
  let secure: Simulator;
  let direct: Simulator;

  before("start servers with certificates", async () => {
    secure = await startSimulator({ tls: certificates().server });
    direct = await startSimulator({ tls: plexDirect });
  });
  after(() => Promise.all([secure.close(), direct.close()]));

  const open = suite.share(async () => {
    const { url, token } = suite.simulator;
    await suite.deploy(sampleFlow({ url, token, name: "" }));
    return suite.open();
  });

  const openEmpty = async () => ConfigForm.openEmpty(await open());

  it("works with the stored token, as long as the URL is the deployed one", async () => {
    const { simulator } = suite;
    const form = await ConfigForm.open(await open());
    await form.testFor(say("plex-config.test.mints"));
    const asked = simulator.requests.length;
    await form.url.fill(simulator.sharedUrl);
    await form.testFor(say("plex-config.error.token-elsewhere"));
    assert.equal(simulator.requests.length, asked, "Something was sent to the other URL.");
    await form.token.fill(simulator.token);
    await form.testFor(say("plex-config.error.unauthorized"));
  });

  it("says that all is well with what was typed, before it is deployed", async () => {
    const { simulator } = suite;
    const form = await openEmpty();
    await form.url.fill(simulator.url);
    await form.token.fill(simulator.token);
    await form.testFor(say("plex-config.test.mints"));
    const result = await form.result.innerText();
    assert.match(result, /^The connection to Living Room works\. The server answered in \d+ ms\.$/m);
    assert.match(result, /^It runs Plex Media Server 1\.43\.4\.\S+\.$/m);
    for (const key of ["claimed", "accepted"]) assert.ok(result.includes(say(`plex-config.test.${key}`)));
    // A result is of the values that stood there.
    await form.token.fill("another");
    assert.equal(await form.result.innerText(), "");
  });

  it("tells wrong tokens, claim tokens and transient tokens apart", async () => {
    const { simulator } = suite;
    const form = await openEmpty();
    await form.url.fill(simulator.url);
    await form.token.fill("wrong");
    await form.testFor(say("plex-config.error.unauthorized"));
    await form.token.fill("claim-abcdefghij");
    await form.testFor(say("plex-config.validation.token-claim"));
    const minted = await fetch(`${simulator.url}/security/token?type=delegation&scope=all`, {
      method: "POST",
      headers: { "X-Plex-Token": simulator.token, "X-Plex-Client-Identifier": "tests", Accept: "application/json" },
    });
    const { MediaContainer } = (await minted.json()) as { MediaContainer: { token: string } };
    await form.token.fill(MediaContainer.token);
    await form.page.locator("#plex-config-token-message", { hasText: say("plex-config.tip.transient") }).waitFor();
    await form.testFor(say("plex-config.error.transient-token"));
    assert.ok((await form.result.innerText()).includes(say("plex-config.test.partly", { name: "Living Room" })));
  });

  it("tells of a server that is not there, and of values that are missing", async () => {
    const form = await openEmpty();
    await form.testFor(say("plex-config.validation.url-missing"));
    await form.url.fill("http://127.0.0.1:9");
    await form.token.fill("any");
    await form.testFor(say("plex-config.error.unreachable"));
  });

  it("explains http against a server that wants https, and https with a certificate that nobody knows", async () => {
    const form = await openEmpty();
    await form.url.fill(secure.url.replace("https:", "http:"));
    await form.token.fill(secure.token);
    await form.testFor(say("plex-config.error.secure-required"));
    await form.url.fill(secure.url);
    await form.testFor(say("plex-config.error.tls"));
    assert.equal(await form.page.locator("#plex-config-use-button").isVisible(), false);
  });

  it("offers the plex.direct address for https by a bare IP address, and fills it in", async () => {
    const form = await openEmpty();
    await form.url.fill(direct.url);
    await form.token.fill(direct.token);
    await form.testFor(say("plex-config.error.certificate-name"));
    const better = `https://127-0-0-1.0123456789abcdef0123456789abcdef.plex.direct:${new URL(direct.url).port}`;
    assert.ok((await form.result.innerText()).includes(say("plex-config.test.suggestion", { url: better })));
    await form.page.locator("#plex-config-use-button").click();
    assert.deepEqual(await form.values(), { url: better, token: direct.token, name: "" });
  });

  it("says which setting is wrong, names a variable that is not set, and puts the focus there", async () => {
    const { simulator } = suite;
    const form = await openEmpty();
    const { page } = form;
    const focused = () => page.locator(":focus").getAttribute("id");
    const settings = ["url", "token", "timeout", "retries", "clientIdentifier"] as const;
    const right = { url: simulator.url, token: simulator.token, timeout: "5000", retries: "0", clientIdentifier: "me" };
    for (const [setting, wrong, key] of [
      ["url", "nas:32400", "url-scheme"],
      ["token", "", "token-missing"],
      ["timeout", "soon", "timeout"],
      ["retries", "-1", "retries"],
      ["clientIdentifier", "a b", "identifier-characters"],
    ] as const) {
      await form.openMore();
      for (const each of settings) await form.editor.configField(each).fill(each === setting ? wrong : right[each]);
      await page.locator("#plex-config-more").evaluate("(more) => (more.open = false)");
      await form.testFor(say(`plex-config.validation.${key}`));
      assert.equal(await focused(), `node-config-input-${setting}`);
    }
    await form.openMore();
    await form.editor.configField("clientIdentifier").fill("me");
    for (const setting of ["url", "token"] as const) {
      await form.editor.configField(setting).fill("${NOT_SET_ANYWHERE}");
      const values = { setting: say(`plex-config.label.${setting}`), variable: "NOT_SET_ANYWHERE" };
      await form.testFor(say("plex-config.error.variable-unset", values));
      assert.equal(await focused(), `node-config-input-${setting}`);
      await form.editor.configField(setting).fill(right[setting]);
    }
    await form.testFor(say("plex-config.test.mints"));
  });
});
