import assert from "node:assert/strict";
import { connect } from "node:net";
import {
  certificates,
  startSimulator,
  TRANSIENT_TOKEN_LIFE,
  type Simulator,
  type SimulatorOptions,
} from "../../simulator";
import { ask, container } from "../../testing/http/ask";

const TOKEN_PATH = "/security/token?type=delegation&scope=all";

describe("simulator: life", () => {
  const open: Simulator[] = [];
  const start = async (options?: SimulatorOptions) => {
    const simulator = await startSimulator(options);
    open.push(simulator);
    return simulator;
  };
  afterEach(() => Promise.all(open.splice(0).map((simulator) => simulator.close())));

  const mint = async (simulator: Simulator) => {
    const headers = { Accept: "application/json", "X-Plex-Token": simulator.token };
    return String(container(await ask(simulator.url + TOKEN_PATH, { headers }))["token"]);
  };
  const statusWith = async (simulator: Simulator, token: string) =>
    (await ask(`${simulator.url}/library/sections`, { headers: { "X-Plex-Token": token } })).status;

  it("lets transient tokens expire after 48 hours, the account's never", async () => {
    assert.equal(TRANSIENT_TOKEN_LIFE, 172_800_000);
    const simulator = await start();
    const token = await mint(simulator);
    simulator.advance(TRANSIENT_TOKEN_LIFE - 5000);
    assert.equal(await statusWith(simulator, token), 200);
    simulator.advance(5000);
    assert.equal(await statusWith(simulator, token), 401);
    assert.equal(await statusWith(simulator, simulator.token), 200);
    assert.equal(await statusWith(simulator, await mint(simulator)), 200);
  });

  it("forgets transient tokens at a restart, the account's not", async () => {
    const simulator = await start();
    const token = await mint(simulator);
    simulator.restart();
    assert.equal(await statusWith(simulator, token), 401);
    assert.equal(await statusWith(simulator, simulator.token), 200);
  });

  it("stops accepting a revoked token", async () => {
    const simulator = await start();
    simulator.revoke(simulator.token);
    assert.equal(await statusWith(simulator, simulator.token), 401);
  });

  it("takes token, machine identifier and name from the options", async () => {
    const simulator = await start({
      token: "given",
      machineIdentifier: "abc",
      sharedMachineIdentifier: "def",
      name: "Cellar",
    });
    assert.deepEqual([simulator.token, simulator.machineIdentifier], ["given", "abc"]);
    assert.deepEqual([simulator.ownServer, simulator.sharedServer], ["server://abc", "server://def"]);
    const headers = { Accept: "application/json", "X-Plex-Token": "given" };
    const root = container(await ask(`${simulator.url}/`, { headers }));
    assert.deepEqual([root["friendlyName"], root["machineIdentifier"]], ["Cellar", "abc"]);
  });

  it("serves below a base path only, where one is given", async () => {
    const simulator = await start({ basePath: "/plex/" });
    assert.match(simulator.url, /:\d+\/plex$/);
    assert.equal((await ask(`${simulator.url}/identity`)).status, 200);
    assert.equal(simulator.requests[0]!.path, "/identity");
    const outside = simulator.url.replace(/\/plex$/, "");
    for (const path of ["/identity", "/plexus/identity", "/"]) assert.equal((await ask(outside + path)).status, 404);
  });

  it("refuses other verbs than the given ones for the token", async () => {
    for (const methodRefusal of [undefined, 405, 501] as const) {
      const simulator = await start({ methods: ["GET"], ...(methodRefusal && { methodRefusal }) });
      const headers = { "X-Plex-Token": simulator.token };
      const refused = await ask(simulator.url + TOKEN_PATH, { method: "POST", headers });
      assert.equal(refused.status, methodRefusal ?? 404);
      assert.equal((await ask(simulator.url + TOKEN_PATH, { headers })).status, 200);
    }
  });

  it("speaks HTTPS with a certificate that its authority vouches for", async () => {
    const { ca, server } = certificates();
    const simulator = await start({ tls: server });
    assert.match(simulator.url, /^https:\/\/127\.0\.0\.1:/);
    assert.equal((await ask(`${simulator.url}/identity`, { ca })).status, 200);
    assert.equal((await ask(`${simulator.sharedUrl}/identity`, { ca })).status, 200);
    await assert.rejects(ask(`${simulator.url}/identity`), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
  });

  it("has an expired certificate and one for another name", async () => {
    const { ca, expired, wrongName } = certificates();
    const late = await start({ tls: expired });
    await assert.rejects(ask(`${late.url}/identity`, { ca }), { code: "CERT_HAS_EXPIRED" });
    const other = await start({ tls: wrongName });
    await assert.rejects(ask(`${other.url}/identity`, { ca }), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  it("counts open connections and ends them at close, at once", async () => {
    const simulator = await start();
    assert.equal(simulator.openSockets(), 0);
    const { port, hostname } = new URL(simulator.url);
    const socket = connect(Number(port), hostname);
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("connect", resolve));
    // One whole round trip: the server has accepted the earlier connection by then.
    await ask(`${simulator.url}/identity`);
    assert.equal(simulator.openSockets("shared"), 0);
    assert.ok(simulator.openSockets("own") >= 1);
    const started = Date.now();
    await simulator.close();
    assert.ok(Date.now() - started < 500);
    await ended;
    await assert.rejects(ask(`${simulator.url}/identity`));
  });

  it("rejects when the port is taken", async () => {
    const simulator = await start();
    await assert.rejects(startSimulator({ port: Number(new URL(simulator.url).port) }), { code: "EADDRINUSE" });
  });
});
