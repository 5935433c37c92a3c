import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import { faults, startSimulator, type Simulator } from "../../../simulator";
import { readPage } from "../../../testing/forms/editor";

const token = "canary-account-token";
const root = resolve(__dirname, "../../..");
const routes = ["sign-in", "sign-in/status", "sign-in/cancel", "servers", "discover", "test", "sources", "players"];

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** The settings of a Node-RED with users, below a path of its own. */
function settingsFor(port: number, plexTvUrl: string): string {
  return `
    const users = {
      "writer-login": { username: "writer", permissions: "*" },
      "other-login": { username: "other", permissions: "flows.write" },
      "reader-login": { username: "reader", permissions: "read" },
      "nodes-login": { username: "nodes", permissions: ["nodes.write", "flows.read"] },
    };
    module.exports = {
      uiHost: "127.0.0.1", uiPort: ${port}, httpAdminRoot: "/red", flowFile: "flows.json", credentialSecret: false,
      telemetry: { enabled: false, updateNotification: false }, editorTheme: { tours: false },
      externalModules: { autoInstall: false, palette: { allowInstall: false } },
      logging: { console: { level: "trace" } },
      plexConfigTvUrl: ${JSON.stringify(plexTvUrl)}, plexConfigGdmTargets: [],
      adminAuth: { type: "credentials", users: [], tokens: async (login) => users[login] ?? null },
    };`;
}

/** A user folder in which plex-config is loaded from the sources, so that no build is needed. */
async function makeUserDir(port: number, simulator: Simulator): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "plex-admin-"));
  const nodes = join(folder, "nodes");
  await mkdir(nodes);
  const source = JSON.stringify(join(root, "nodes/plex-config.ts"));
  await writeFile(join(nodes, "plex-config.js"), `module.exports = require(${source});\n`);
  await writeFile(join(nodes, "plex-config.html"), readPage("plex-config"));
  const config = { id: "config", type: "plex-config", url: simulator.url, clientIdentifier: "client-1" };
  await writeFile(join(folder, "flows.json"), JSON.stringify([config]));
  await writeFile(join(folder, "flows_cred.json"), JSON.stringify({ config: { token } }));
  await writeFile(join(folder, "settings.js"), settingsFor(port, simulator.plexTv.url));
  return folder;
}

describe("admin routes in a Node-RED with users", function () {
  this.timeout(60_000);
  let simulator: Simulator;
  let folder: string;
  let url: string;
  let child: ChildProcess;
  let log = "";

  before(async () => {
    simulator = await startSimulator({ token, plexTv: true });
    const port = await findFreePort();
    folder = await makeUserDir(port, simulator);
    url = `http://127.0.0.1:${port}/red/`;
    const red = require.resolve("node-red/red.js");
    const settings = join(folder, "settings.js");
    child = spawn(process.execPath, ["--import", "tsx", red, "-u", folder, "-s", settings], { cwd: root });
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (text: Buffer) => (log += text.toString()));
    while (!log.includes("Server now running") || !log.includes("Started flows")) {
      assert.equal(child.exitCode, null, log);
      await new Promise((done) => setTimeout(done, 50));
    }
  });
  after(async () => {
    child.kill("SIGTERM");
    await new Promise((done) => child.once("exit", done));
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    simulator.clearFaults();
    simulator.requests.length = 0;
    assert.equal(child.exitCode, null, log);
  });

  const form = () => ({ id: "config", url: simulator.url, token: "__PWRD__", clientIdentifier: "client-1" });
  const post = (route: string, login: string, body: object, init: RequestInit = {}) =>
    fetch(`${url}plex-config/${route}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(login && { Authorization: `Bearer ${login}` }) },
      body: JSON.stringify(body),
      ...init,
    });
  const ask = async (route: string, login: string, body: object) => {
    const response = await post(route, login, body);
    assert.equal(response.status, 200);
    return (await response.json()) as Record<string, unknown> & { error?: { detail?: string } };
  };

  it("answer those who may deploy", async () => {
    for (const login of ["writer-login", "other-login"]) {
      assert.equal((await ask("test", login, form())).mints, true);
      assert.ok((await ask("sources", login, form())).sources);
      assert.deepEqual(await ask("discover", login, form()), { servers: [] });
    }
  });

  it("refuse everybody else before anything is asked", async () => {
    for (const route of routes) {
      for (const login of ["", "nobodys-login", "reader-login", "nodes-login"]) {
        assert.equal((await post(route, login, form())).status, 401, `${route} ${login}`);
      }
    }
    assert.equal(simulator.requests.length, 0);
  });

  it("refuse another origin, whoever is logged in", async () => {
    for (const route of routes) {
      const headers = {
        "Content-Type": "application/json",
        Authorization: "Bearer writer-login",
        Origin: "http://evil.example",
      };
      assert.equal((await post(route, "", form(), { headers })).status, 403);
    }
    assert.equal(simulator.requests.length, 0);
  });

  it("answer broken JSON with a refusal", async () => {
    assert.equal((await post("test", "writer-login", {}, { body: "{" })).status, 400);
  });

  it("keep a sign-in for the login that started it", async () => {
    const { session, url: page } = await ask("sign-in", "writer-login", form());
    simulator.plexTv.authorise(new URLSearchParams(String(page).split("#?")[1]).get("code")!);
    assert.equal((await ask("sign-in/status", "other-login", { session })).error?.detail, "session-unknown");
    assert.deepEqual(await ask("sign-in/status", "writer-login", { session }), { state: "done" });
  });

  it("stop when nobody waits any more", async () => {
    simulator.fault(faults.hang(), { path: "/api/v2/resources" });
    const signal = AbortSignal.timeout(300);
    await assert.rejects(post("servers", "writer-login", form(), { signal }));
    for (let i = 0; i < 100 && simulator.openSockets("plexTv") > 0; i += 1) {
      await new Promise((done) => setTimeout(done, 10));
    }
    assert.deepEqual(
      simulator.requests.map(({ path }) => path),
      ["/api/v2/resources"],
    );
    assert.equal(simulator.openSockets("plexTv"), 0);
  });

  it("tell the editor neither the token nor where plex.tv is set to be", async () => {
    const headers = { Authorization: "Bearer writer-login" };
    const answers = await Promise.all(
      ["settings", "flows", "credentials/plex-config/config"].map((path) => fetch(url + path, { headers })),
    );
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    assert.ok(texts[0]!.includes("httpNodeRoot"));
    assert.ok(!texts.join("\n").includes(simulator.plexTv.url));
    assert.ok(!`${texts.join("\n")}${log}`.includes("canary"));
  });
});
