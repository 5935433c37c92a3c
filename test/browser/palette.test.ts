import assert from "node:assert/strict";
import { onEachEditor } from "../../testing/browser/suite";

onEachEditor("the palette and the canvas", (suite) => {
  it("a token node is dragged, wired, set up, deployed and triggered, and the token is in the debug sidebar", async () => {
    const { simulator } = suite;
    const editor = await suite.open();
    const inject = await editor.drag("inject", { x: 120, y: 100 });
    const token = await editor.drag("plex-transient-token", { x: 340, y: 100 });
    const debug = await editor.drag("debug", { x: 580, y: 60 });
    await editor.wire(inject, 0, token);
    await editor.wire(token, 0, debug);

    await editor.edit(token);
    await editor.addReferred("server");
    await editor.configField("url").fill(simulator.url);
    await editor.configField("token").fill(simulator.token);
    await editor.update();
    await editor.done();

    assert.equal(await editor.deploy(), false, "The editor found something that is not valid.");
    await editor.openDebug();
    await editor.inject(inject);
    await editor.debugMessages.first().waitFor();
    assert.match(await editor.debugMessages.first().innerText(), /token: "transient-[0-9a-f-]+/);
    assert.equal(await editor.status(token).textContent(), "ok");
  });

  it("a source node is dragged, wired and deployed, and asks for the source that is in its form", async () => {
    const { simulator } = suite;
    await suite.deploy([
      { id: "tab", type: "tab", label: "Test" },
      {
        ...{ id: "server", type: "plex-config", name: "Ours", url: simulator.url, clientIdentifier: "tests" },
        credentials: { token: simulator.token },
      },
    ]);
    const editor = await suite.open();
    const inject = await editor.drag("inject", { x: 120, y: 100 });
    const source = await editor.drag("plex-source-connection", { x: 340, y: 100 });
    const debug = await editor.drag("debug", { x: 600, y: 60 });
    const failed = await editor.drag("debug", { x: 600, y: 160 });
    await editor.wire(inject, 0, source);
    await editor.wire(source, 0, debug);
    await editor.wire(source, 1, failed);

    await editor.edit(source);
    await editor.field("server").selectOption("server");
    await editor.chooseType("source", "str");
    await editor.typedInput("source").fill(simulator.sharedServer);
    await editor.done();

    assert.equal(await editor.deploy(), false, "The editor found something that is not valid.");
    await editor.openDebug();
    await editor.inject(inject);
    await editor.debugMessages.first().waitFor();
    assert.match(await editor.debugMessages.first().innerText(), /name: "Attic"/);
  });

  it("the ports of a node tell what comes out of them; without a server it is marked, and deploying is asked about", async () => {
    const editor = await suite.open();
    const token = await editor.drag("plex-transient-token", { x: 340, y: 100 });
    for (const [output, label] of ["success", "error"].entries()) {
      await editor.canvasNode(token).locator(".red-ui-flow-port-output .red-ui-flow-port").nth(output).hover();
      await editor.page.locator(".red-ui-flow-port-tooltip", { hasText: label }).waitFor();
    }
    assert.equal((await editor.node(token)).valid, false);
    assert.equal(await editor.deploy(), true);
  });
});
