import assert from "node:assert/strict";
import { appendFile, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Simulator } from "../../simulator";
import type { NodeRedProcess } from "../../testing/node-red/process";
import { readHoldings } from "../../testing/node-red/load";
import { route, server, tab, tokenNode } from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const name = "node-red-contrib-plex-access";
const sets = ["plex-config", "plex-transient-token", "plex-source-connection", "plex-request", "plex-events"];

interface NodeSet {
  readonly id: string;
  readonly module: string;
  readonly version: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  /** Why it could not be loaded. */
  readonly err?: string;
}

/** Makes the HTTP library of a user folder tell the test when it is loaded. */
async function tellWhenLoaded(userDir: string): Promise<void> {
  const folder = join(userDir, "node_modules", "got");
  const { exports } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    exports: string | { default: string };
  };
  const entry = typeof exports === "string" ? exports : exports.default;
  await appendFile(join(folder, entry), '\nprocess.send({ kind: "loaded", module: "got" });\n');
}

onEachRuntime("package: what Node-RED loads", ({ start }) => {
  let nodeRed: NodeRedProcess;
  let installed: string;

  before(async () => {
    nodeRed = await start();
    installed = join(nodeRed.userDir, "node_modules", name);
  });

  it("three node sets, each with its type, enabled and without an error", async () => {
    const all = (await nodeRed.adminJson("nodes")) as NodeSet[];
    const { version } = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as { version: string };
    const expected = sets.map((set) => ({
      id: `${name}/${set}`,
      types: [set],
      enabled: true,
      err: undefined,
      version,
    }));
    const ours = all
      .filter(({ module }) => module === name)
      .map(({ id, types, enabled, err, version: loaded }) => ({ id, types, enabled, err, version: loaded }));
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
    assert.deepEqual(ours.sort(byId), expected.sort(byId));
  });

  it("without a warning or an error in the log", () => {
    // Node-RED says these two of itself, whenever it starts without projects and without flows.
    const usual = /Projects disabled|Encrypted credentials not found/;
    const lines = nodeRed.log.split("\n").filter((line) => /\[(?:warn|error|fatal)\]|warning/i.test(line));
    assert.deepEqual(
      lines.filter((line) => !usual.test(line)),
      [],
    );
  });

  it("the icons", async () => {
    for (const icon of await readdir(join(installed, "dist", "nodes", "icons"))) {
      const response = await nodeRed.admin(`icons/${name}/${icon}`);
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type") ?? "", /^image\/svg\+xml/);
      assert.equal(await response.text(), await readFile(join(installed, "dist/nodes/icons", icon), "utf8"));
    }
    const list = (await nodeRed.adminJson("icons")) as Record<string, string[]>;
    assert.deepEqual(list[name]?.sort(), [
      "plex-events.svg",
      "plex-request.svg",
      "plex-source-connection.svg",
      "plex-transient-token.svg",
    ]);
  });

  it("the catalogue of each language", async () => {
    const locales = join(installed, "dist", "nodes", "locales");
    const languages = await readdir(locales);
    assert.ok(languages.includes("en-US"));
    for (const set of sets) {
      for (const language of languages) {
        const told = await nodeRed.adminJson(`nodes/${name}/${set}/messages?lng=${language}`);
        assert.deepEqual(told, JSON.parse(await readFile(join(locales, language, `${set}.json`), "utf8")));
      }
    }
  });

  it("the forms, with their help", async () => {
    const response = await nodeRed.admin("nodes", { headers: { Accept: "text/html", "Accept-Language": "en-US" } });
    const html = await response.text();
    for (const set of sets) {
      assert.ok(html.includes(`registerType("${set}", {`), set);
      assert.ok(html.includes(`data-template-name="${set}"`), set);
      const help = await readFile(join(installed, "dist/nodes/locales/en-US", `${set}.html`), "utf8");
      assert.match(help, new RegExp(`data-help-name=["']${set}["']`));
      assert.ok(html.includes(help.trim()), `help of ${set}`);
    }
  });

  it("the examples, as the editor's import menu fetches them", async () => {
    const entries = (await nodeRed.adminJson(`library/examples/flows/${name}`)) as { fn: string }[];
    const files = (await readdir(join(installed, "examples"))).filter((file) => file.endsWith(".json"));
    assert.deepEqual(entries.map(({ fn }) => `${fn}.json`).sort(), files.sort());
    assert.ok(files.length >= 2);
    for (const file of files) {
      const path = `library/examples/flows/${name}/${encodeURIComponent(file.replace(/\.json$/, ""))}`;
      const told = await nodeRed.adminJson(path);
      assert.deepEqual(told, JSON.parse(await readFile(join(installed, "examples", file), "utf8")));
    }
  });
});

onEachRuntime("package: when Node-RED loads the HTTP library", ({ start, simulate }) => {
  /** Longer than it takes to find the runtime idle, and to do what is done then. */
  const idle = 2_500;
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;

  const flows = () => [tab, server(simulator.url, simulator.token), ...route("token", tokenNode())];

  /** What the warm-up would leave behind, if it did. */
  const readRemains = async () => {
    const { clients, controllers, agents, agentListeners, connections, timers } = await readHoldings(nodeRed);
    return { clients, controllers, agents, agentListeners, connections, timers };
  };

  before(async () => {
    simulator = await simulate();
  });

  beforeEach(async () => {
    simulator.requests.length = 0;
    nodeRed = await start({ prepare: tellWhenLoaded });
  });

  afterEach(async () => {
    await nodeRed.stop();
  });

  it("not with the nodes, and not where there is no plex-config node", async () => {
    await nodeRed.deploy([tab]);
    await sleep(idle);
    assert.deepEqual(nodeRed.loaded, []);
  });

  it("with the first request, if that comes before Node-RED was idle", async () => {
    await nodeRed.deploy(flows());
    assert.deepEqual(nodeRed.loaded, []);
    assert.equal((await nodeRed.post("token")).status, 200);
    assert.deepEqual(nodeRed.loaded, ["got"]);
  });

  it("once flows with a plex-config node run and Node-RED is idle, without a request to anybody", async () => {
    await nodeRed.deploy(flows());
    await nodeRed.until(() => nodeRed.loaded.length > 0, "the HTTP library");
    await sleep(idle);
    assert.deepEqual(nodeRed.loaded, ["got"]);
    assert.equal(simulator.requests.length, 0);
    assert.equal(simulator.openSockets("own"), 0);
  });

  it("not when the plex-config node goes before that", async () => {
    await nodeRed.deploy(flows());
    await nodeRed.deploy([tab]);
    await sleep(idle);
    assert.deepEqual(nodeRed.loaded, []);
  });

  it("and leaves nothing behind when the plex-config node goes in the middle", async () => {
    await nodeRed.deploy([tab]);
    const before = await readRemains();
    await nodeRed.deploy(flows());
    await nodeRed.until(() => nodeRed.loaded.length > 0, "the HTTP library");
    await nodeRed.deploy([tab]);
    assert.deepEqual(await readRemains(), before);
    await nodeRed.deploy(flows());
    await sleep(idle);
    assert.equal((await nodeRed.post("token")).status, 200);
    assert.deepEqual(nodeRed.loaded, ["got"]);
  });
});
