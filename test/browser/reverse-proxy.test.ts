import assert from "node:assert/strict";
import { onEachEditor } from "../../testing/browser/suite";
import { ConfigForm, sampleFlow, say } from "../../testing/browser/forms";
import { type HostRule, type ReverseProxy, startReverseProxy } from "../../testing/http/reverse-proxy";

/** A name that browsers take for one of the LAN: they tell plain http to it nothing of the site. */
const lanName = "nodered.test";

onEachEditor("behind a reverse proxy", (suite) => {
  const proxies = new Map<HostRule, ReverseProxy>();

  before("start the proxies", async () => {
    for (const rule of ["upstream", "name", "kept"] as const) {
      proxies.set(rule, await startReverseProxy(suite.nodeRed.url, rule));
    }
  });
  after(() => Promise.all([...proxies.values()].map((proxy) => proxy.close())));

  const openAt = async (host: string, rule: HostRule) => {
    const { url, token } = suite.simulator;
    await suite.deploy(sampleFlow({ url, token, name: "" }));
    const editor = await suite.open({ at: `http://${host}:${proxies.get(rule)!.port}/` });
    return ConfigForm.open(editor);
  };

  for (const rule of ["upstream", "name", "kept"] as const) {
    it(`tests the connection where the browser tells of the site, whatever Host is passed on (${rule})`, async () => {
      const form = await openAt("127.0.0.1", rule);
      await form.testFor(say("plex-config.test.mints"));
    });
  }

  it("tests the connection by a LAN name where Host is passed on", async () => {
    const form = await openAt(lanName, "kept");
    await form.testFor(say("plex-config.test.mints"));
  });

  for (const rule of ["upstream", "name"] as const) {
    it(`says by a LAN name what the proxy has to pass on (${rule})`, async () => {
      const form = await openAt(lanName, rule);
      const asked = suite.simulator.requests.length;
      await form.testFor(say("plex-config.request.foreign-origin"));
      await form.find.click();
      await form.message.filter({ hasText: "ProxyPreserveHost On" }).waitFor();
      assert.equal(suite.simulator.requests.length, asked, "Something was asked all the same.");
    });
  }
});
