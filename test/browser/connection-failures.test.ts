import assert from "node:assert/strict";
import { faults } from "../../simulator";
import { ConfigForm, sampleFlow, say } from "../../testing/browser/forms";
import { onEachEditor } from "../../testing/browser/suite";

onEachEditor("what the forms say of a connection that fails", (suite) => {
  const open = suite.share(async () => {
    const { url, token } = suite.simulator;
    await suite.deploy(sampleFlow({ url, token, name: "" }));
    return suite.open();
  });

  const openForm = async () => {
    const form = await ConfigForm.open(await open());
    const { url, token } = suite.simulator;
    await form.fill({ url, token });
    return form;
  };

  it("names the server that a redirect leads to", async () => {
    const form = await openForm();
    suite.simulator.fault(faults.redirect("https://plex.example:8443/login"), { path: "/identity" });
    await form.testFor(say("plex-config.error.redirected-to", { target: "https://plex.example:8443" }));
    assert.ok(!(await form.result.innerText()).includes("/login"));
  });

  it("speaks of the base path where no server is at the path", async () => {
    const form = await openForm();
    suite.simulator.fault(faults.status(404), { path: "/identity" });
    await form.testFor(say("plex-config.error.base-path"));
  });

  it("tells a revoked token, of the server and of the account", async () => {
    const form = await openForm();
    suite.simulator.fault(faults.status(422), { path: /^\/(security\/token)?$/, times: 3 });
    await form.testFor(say("plex-config.error.token-revoked"));
    suite.simulator.clearFaults();
    suite.simulator.fault(faults.status(422), { path: "/api/v2/resources" });
    await form.find.click();
    await form.message.filter({ hasText: say("plex-config.plex-tv.token-revoked") }).waitFor();
  });

  it("ends at the Timeout of the form", async () => {
    const form = await openForm();
    await form.page.locator("#plex-config-more summary").click();
    await form.editor.configField("timeout").fill("400");
    suite.simulator.fault(faults.hang(), { path: "/identity" });
    const start = performance.now();
    await form.testFor(say("plex-config.error.timeout"));
    assert.ok(performance.now() - start < 4_000);
  });

  it("tells the address of Plex Web as what it is", async () => {
    const form = await openForm();
    await form.url.fill("https://app.plex.tv/desktop/#!/");
    const line = form.page.locator("#plex-config-url-message");
    await line.filter({ hasText: say("plex-config.validation.url-web-app") }).waitFor();
  });
});

onEachEditor("a plex-config node inside a subflow", (suite) => {
  const flow = () => {
    const { url, token } = suite.simulator;
    return [
      { id: "tab", type: "tab", label: "Test" },
      { id: "sub", type: "subflow", name: "Sub", in: [], out: [] },
      {
        ...{ id: "server", type: "plex-config", z: "sub", name: "", url, clientIdentifier: "editor-tests" },
        ...{ tls: "", proxy: "", timeout: 5000, retries: 0, credentials: { token } },
      },
      {
        ...{ id: "source", type: "plex-source-connection", z: "sub", name: "", server: "server", source: "payload" },
        ...{ sourceType: "msg", refresh: false, probe: false, property: "payload", x: 200, y: 100, wires: [[], []] },
      },
      { id: "instance", type: "subflow:sub", z: "tab", name: "", x: 200, y: 100, wires: [] },
    ];
  };

  it("is told as that by the test and by the source picker", async () => {
    await suite.deploy(flow());
    const editor = await suite.open();
    const form = await ConfigForm.open(editor);
    await form.testFor(say("plex-config.error.in-subflow"));
    await form.token.fill(suite.simulator.token);
    await form.testFor(say("plex-config.test.mints"));
    await editor.cancelConfig();
    await editor.page.evaluate(() => {
      (globalThis as unknown as { RED: { workspaces: { show(id: string): void } } }).RED.workspaces.show("sub");
    });
    await editor.edit("source");
    await editor.page.locator("#plex-source-connection-picker-button").click();
    await editor.page
      .locator("#plex-source-connection-picker-message", { hasText: say("plex-config.error.in-subflow") })
      .waitFor();
  });
});
