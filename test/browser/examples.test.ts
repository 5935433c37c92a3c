import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { onEachEditor } from "../../testing/browser/suite";

const titles = readdirSync(resolve(__dirname, "../../examples"))
  .map((file) => file.replace(/\.json$/, ""))
  .sort();

onEachEditor("the examples in the import menu", (suite) => {
  it("are all there, are imported and deployed, and nothing in them is unknown or wrong but the token that is missing", async function () {
    this.timeout(120_000);
    const editor = await suite.open();
    assert.deepEqual((await editor.exampleTitles()).sort(), titles);
    for (const title of titles) {
      const before = new Set((await editor.nodes()).map(({ id }) => id));
      await editor.importExample(title);
      const nodes = (await editor.nodes()).filter(({ id }) => !before.has(id));
      assert.ok(nodes.length > 3, title);
      const wrong = nodes.filter(({ known, valid, type }) => !known || (!valid && type !== "plex-config"));
      assert.deepEqual(wrong, [], title);
    }
    await editor.deploy();
    const flows = (await suite.nodeRed.adminJson("flows")) as { readonly type: string; readonly name?: string }[];
    const servers = flows.filter(({ type }) => type === "plex-config").map(({ name }) => name);
    assert.deepEqual(servers.sort(), ["My Plex server", "Plex server from the environment"], "One server for all.");
  });
});
