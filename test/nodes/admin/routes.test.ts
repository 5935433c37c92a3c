import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import helper from "node-red-node-test-helper";
import { faults, startGdm, startSimulator, type Simulator } from "../../../simulator";
import { registerAdminRoutes } from "../../../nodes/lib/admin/index";
import { ask, loadAdmin, post, unloadAdmin, type AdminReply } from "../../../testing/forms/admin-forms";

const token = "canary-account-token";
const stored = "__PWRD__";
const routes = ["sign-in", "sign-in/status", "sign-in/cancel", "servers", "discover", "test", "sources", "players"];
const tlsConfig: unknown = createRequire(require.resolve("node-red"))("@node-red/nodes/core/network/05-tls.js");

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("admin routes", () => {
  let simulator: Simulator;
  let elsewhere: Simulator;
  let form: Record<string, unknown>;
  let told: ReturnType<Simulator["connections"]>;

  before(async () => {
    simulator = await startSimulator({ token, plexTv: true });
    told = simulator.connections("own");
    elsewhere = await startSimulator({ token });
  });
  after(async () => {
    await simulator.close();
    await elsewhere.close();
  });

  const load = (config: Record<string, unknown> = {}, more: { token?: string; settings?: object } = {}) =>
    loadAdmin({
      settings: { plexConfigTvUrl: simulator.plexTv.url, ...more.settings },
      flow: [
        { id: "config", type: "plex-config", url: simulator.url, clientIdentifier: "client-1", ...config },
        { id: "tls", type: "tls-config", cert: "", key: "", ca: "" },
        { id: "off", type: "tls-config", d: true },
      ],
      credentials: { config: { token: more.token ?? token } },
      modules: [tlsConfig],
    });

  beforeEach(async () => {
    const settings = { clientIdentifier: "client-1", tls: "", proxy: "", timeout: "2000" };
    form = { id: "config", url: simulator.url, token: stored, ...settings };
    await load();
  });
  afterEach(async () => {
    await unloadAdmin();
    simulator.setConnections("own", told);
    simulator.clearFaults();
    simulator.requests.length = 0;
    elsewhere.requests.length = 0;
  });

  /** Whether a reply fails as expected, and with nothing of what a server sent or of the token in it. */
  const assertFailure = (reply: AdminReply, code: string, detail?: string) => {
    assert.ok(reply.error, JSON.stringify(reply));
    const { code: itsCode, detail: itsDetail, message, hint } = reply.error;
    assert.deepEqual([itsCode, itsDetail], [code, detail], message);
    assert.ok(message.endsWith(hint));
    assert.doesNotMatch(JSON.stringify(reply), /canary|<html|stack|node_modules/i);
  };

  const startSignIn = async (short = false, headers?: Record<string, string>) => {
    const started = await ask("sign-in", { clientIdentifier: "client-1", tls: "", proxy: "", short }, headers);
    assert.ok(started.session, JSON.stringify(started));
    const code = started.code ?? new URLSearchParams(started.url!.split("#?")[1]).get("code")!;
    return { ...started, session: started.session, code };
  };
  const statusOf = (session: string) => ask("sign-in/status", { session });
  const signIn = async () => {
    const { session, code } = await startSignIn();
    simulator.plexTv.authorise(code);
    assert.deepEqual(await statusOf(session), { state: "done" });
    return session;
  };

  describe("the guard", () => {
    const own = async () => {
      const address = (await post("sign-in/cancel", {}, {})).status;
      return address;
    };

    it("lets the editor in: JSON of the same origin, whatever its charset", async () => {
      assert.equal(await own(), 200);
      const cases: Record<string, string>[] = [
        { "Content-Type": "application/json; charset=utf-8" },
        { "Sec-Fetch-Site": "same-origin" },
        { Host: "nr.example:1880", Origin: "http://nr.example:1880" },
        { Host: "nr.example", Origin: "https://NR.example:443" },
        { Host: "[::1]:1880", Origin: "http://[::1]:1880" },
        // Behind a reverse proxy that changes Host: what the browser itself says of the page is enough.
        { "Sec-Fetch-Site": "same-origin", Host: "127.0.0.1:1880", Origin: "https://home.example" },
        { "Sec-Fetch-Site": "same-origin", Host: "home.example", Origin: "https://home.example:8443" },
      ];
      for (const headers of cases) {
        const { status } = await post("sign-in/cancel", {}, headers);
        assert.equal(status, 200, JSON.stringify(headers));
      }
    });

    it("refuses other origins on every route, and says that this is why", async () => {
      const host = { Host: "nr.example:1880" };
      const cases: Record<string, string>[] = [
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site" },
        { "Sec-Fetch-Site": "none" },
        { ...host, Origin: "http://evil.example" },
        { ...host, Origin: "http://nr.example" },
        { ...host, Origin: "http://nr.example:1881" },
        { ...host, Origin: "http://nr.example:1880.evil.example" },
        { ...host, Origin: "http://evil.example@nr.example.evil" },
        { ...host, Origin: "null" },
        { ...host, Origin: "file://nr.example:1880" },
        { ...host, Origin: "" },
        { ...host, Origin: "http://nr.example:1880", "Sec-Fetch-Site": "cross-site" },
        { Host: "nr.example", Origin: "http://nr.example.evil" },
        // Another origin's page could set this one.
        { ...host, Origin: "http://evil.example", "X-Forwarded-Host": "evil.example" },
      ];
      for (const headers of cases) {
        for (const route of routes) {
          const { status, body } = await post(route, form, headers);
          assert.deepEqual([status, body], [403, { code: "foreign-origin" }], `${route} ${JSON.stringify(headers)}`);
        }
      }
      assert.equal(simulator.requests.length, 0);
    });

    it("refuses everything but a JSON object", async () => {
      const request = (route: string, type: string, body: string) =>
        helper.request().post(`/plex-config/${route}`).set("Content-Type", type).send(body);
      for (const route of routes) {
        assert.equal((await request(route, "application/x-www-form-urlencoded", "url=http%3A%2F%2Fh")).status, 415);
        assert.equal((await request(route, "text/plain", JSON.stringify(form))).status, 415);
        assert.equal((await request(route, "multipart/form-data; boundary=x", "--x--")).status, 415);
        assert.equal((await request(route, "application/json-evil", "{}")).status, 415);
        assert.equal((await helper.request().post(`/plex-config/${route}`)).status, 415);
        assert.equal((await request(route, "application/json", "[]")).status, 400);
      }
      assert.equal(simulator.requests.length, 0);
    });

    it("answers to POST alone", async () => {
      for (const route of routes) assert.equal((await helper.request().get(`/plex-config/${route}`)).status, 404);
    });

    it("lets no answer be kept", async () => {
      assert.equal((await post("sources", form)).headers["cache-control"], "no-store");
    });
  });

  it("needs no more of Node-RED's admin app than the stub that there is without an editor", () => {
    const paths: string[] = [];
    const httpAdmin = { post: (path: string) => paths.push(path) };
    const auth = { needsPermission: () => () => undefined };
    registerAdminRoutes({ httpAdmin, auth } as never);
    assert.deepEqual(
      paths,
      routes.map((route) => `/plex-config/${route}`),
    );
  });

  it("answers whatever is in the fields", async () => {
    const values: unknown[] = [
      null,
      7,
      true,
      [],
      {},
      { toString: null },
      "__proto__",
      "x".repeat(100_000),
      "${NOT_SET_X}",
    ];
    for (const route of routes.filter((name) => name !== "discover")) {
      for (const value of values) {
        const fields = [
          "id",
          "url",
          "token",
          "clientIdentifier",
          "tls",
          "proxy",
          "session",
          "machineIdentifier",
          "short",
        ];
        const reply = await ask(route, Object.fromEntries(fields.map((name) => [name, value])));
        assert.ok(reply.error ?? route === "sign-in/cancel", `${route} ${JSON.stringify(value).slice(0, 40)}`);
        assert.equal(typeof (reply.error?.message ?? ""), "string");
      }
    }
    assert.equal(simulator.requests.length, 0);
  });

  describe("sign-in", () => {
    it("opens Plex's page for a strong pin, and does not tell the pin's number", async () => {
      const started = await startSignIn();
      assert.deepEqual(Object.keys(started).sort(), ["code", "expiresIn", "session", "url"]);
      assert.match(started.session, /^[\w-]{32}$/);
      assert.ok(started.url!.startsWith(`${simulator.plexTv.url}/auth#?clientID=client-1&code=`));
      assert.equal(started.expiresIn, 1_800_000);
      const [request] = simulator.requests;
      assert.equal(request!.url, "/api/v2/pins?strong=true");
      const { expiresIn, ...status } = await statusOf(started.session);
      assert.deepEqual(status, { state: "waiting" });
      assert.ok(expiresIn! <= 1_800_000 && expiresIn! > 1_790_000);
    });

    it("offers a short code where no page can be opened", async () => {
      const { session, code, ...started } = await startSignIn(true);
      assert.match(code, /^[A-Z0-9]{4}$/);
      assert.equal(started.linkUrl, `${simulator.plexTv.url}/link`);
      assert.equal(started.url, undefined);
      assert.equal(started.expiresIn, 900_000);
      simulator.plexTv.authorise(code);
      assert.deepEqual(await statusOf(session), { state: "done" });
    });

    it("tells that it is done, and the token to nobody", async () => {
      const session = await signIn();
      assert.deepEqual(await statusOf(session), { state: "done" });
    });

    it("asks plex.tv once a second, however often it is asked", async () => {
      const { session } = await startSignIn();
      simulator.requests.length = 0;
      await Promise.all(Array.from({ length: 5 }, () => statusOf(session)));
      for (let i = 0; i < 5; i += 1) await statusOf(session);
      assert.equal(simulator.requests.length, 1);
      await sleep(1_010);
      await statusOf(session);
      assert.equal(simulator.requests.length, 2);
    });

    it("is denied when plex.tv does not know the pin any more", async () => {
      const { session, code } = await startSignIn();
      simulator.plexTv.deny(code);
      assert.deepEqual(await statusOf(session), { state: "denied" });
      assert.deepEqual(await statusOf(session), { state: "denied" });
      for (const status of [401, 403]) {
        const other = await startSignIn();
        simulator.fault(faults.status(status), { path: /pins\/\d/ });
        assert.deepEqual(await statusOf(other.session), { state: "denied" });
      }
    });

    it("expires when its time is over, whether plex.tv says so with 404 or without a token", async () => {
      const pin = { id: 1, code: "abcd", expiresIn: 1, authToken: null };
      for (const answer of [faults.status(404), faults.json(pin)]) {
        simulator.fault(faults.json(pin, 201), { method: "POST" });
        const { session, expiresIn } = await startSignIn();
        assert.equal(expiresIn, 1_000);
        simulator.fault(faults.json(pin), { path: "/api/v2/pins/1" });
        assert.equal((await statusOf(session)).state, "waiting");
        await sleep(1_010);
        simulator.fault(answer, { path: "/api/v2/pins/1" });
        assert.deepEqual(await statusOf(session), { state: "expired" });
        simulator.clearFaults();
      }
    });

    it("expires by the clock of plex.tv too", async () => {
      const { session } = await startSignIn();
      const past = { id: 1, authToken: null, expiresAt: "2001-01-01T00:00:00Z" };
      simulator.fault(faults.json(past), { path: /pins\/\d/ });
      assert.deepEqual(await statusOf(session), { state: "expired" });
    });

    it("goes on waiting while plex.tv is down", async () => {
      const rows = [
        [faults.status(503), "server-error"],
        [faults.reset(), "unreachable"],
        [faults.html(), "invalid-response"],
      ] as const;
      for (const [fault, problem] of rows) {
        const { session, code } = await startSignIn();
        simulator.fault(fault, { path: /pins\/\d/ });
        const status = await statusOf(session);
        assert.deepEqual([status.state, status.problem], ["waiting", problem]);
        assert.equal((await statusOf(session)).problem, problem, "until plex.tv is asked again");
        simulator.plexTv.authorise(code);
        await sleep(1_010);
        assert.deepEqual(await statusOf(session), { state: "done" });
      }
    });

    it("waits for as long as plex.tv asks to", async () => {
      const { session } = await startSignIn();
      simulator.requests.length = 0;
      simulator.fault(faults.status(429, { retryAfter: 2 }), { path: /pins\/\d/ });
      assert.equal((await statusOf(session)).problem, "rate-limited");
      await sleep(1_100);
      assert.equal((await statusOf(session)).problem, "rate-limited");
      assert.equal(simulator.requests.length, 1);
      await sleep(950);
      assert.equal((await statusOf(session)).problem, undefined);
      assert.equal(simulator.requests.length, 2);
    });

    it("does not start while plex.tv is down or asks to wait", async () => {
      const start = () => ask("sign-in", { clientIdentifier: "client-1" });
      simulator.fault(faults.status(429, { retryAfter: 60 }));
      assertFailure(await start(), "rate-limited");
      simulator.fault(faults.status(500));
      assertFailure(await start(), "server-error");
      assertFailure(await ask("sign-in", { clientIdentifier: "" }), "not-configured", "setting-refused");
      const closed = createServer().listen(0);
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      await unloadAdmin();
      await load({}, { settings: { plexConfigTvUrl: `http://127.0.0.1:${port}` } });
      assertFailure(await start(), "unreachable");
    });

    it("can be given up, after which it brings nothing", async () => {
      const session = await signIn();
      assert.deepEqual(await ask("sign-in/cancel", { session }), {});
      assertFailure(await statusOf(session), "not-configured", "session-unknown");
      assertFailure(await ask("servers", { session }), "not-configured", "session-unknown");
      assert.deepEqual(await ask("sign-in/cancel", { session }), {});
      assertFailure(await statusOf("guess"), "not-configured", "session-unknown");
    });

    it("ends a question that is out when it is given up", async () => {
      const { session } = await startSignIn();
      simulator.fault(faults.hang(), { path: /pins\/\d/ });
      const status = statusOf(session);
      await sleep(50);
      await ask("sign-in/cancel", { session });
      assert.deepEqual(await status, { state: "expired" });
      await sleep(30);
      assert.equal(simulator.openSockets("plexTv"), 0);
    });

    it("belongs to the one who started it", async () => {
      const alice = { Authorization: "Bearer alice" };
      const { session, code } = await startSignIn(false, alice);
      simulator.plexTv.authorise(code);
      const others: Record<string, string>[] = [{ Authorization: "Bearer bob" }, {}];
      for (const headers of others) {
        for (const route of ["sign-in/status", "servers", "sources"]) {
          assertFailure(await ask(route, { session }, headers), "not-configured", "session-unknown");
        }
        await ask("sign-in/cancel", { session }, headers);
      }
      assert.deepEqual(await ask("sign-in/status", { session }, alice), { state: "done" });
    });

    it("gives way when there are more than fifty", async () => {
      const { session: first } = await startSignIn();
      const { session: second } = await startSignIn();
      for (let i = 0; i < 49; i += 1) await startSignIn();
      assertFailure(await statusOf(first), "not-configured", "session-unknown");
      assert.equal((await statusOf(second)).state, "waiting");
    });

    it("brings no servers before it is allowed", async () => {
      const { session } = await startSignIn();
      assertFailure(await ask("servers", { session }), "not-configured");
    });
  });

  describe("servers", () => {
    it("lists those of the account, own ones that run first, and no token", async () => {
      const session = await signIn();
      for (const body of [{ session }, form, { ...form, token }, { ...form, token, id: "new", url: "" }]) {
        const { servers } = await ask("servers", body);
        assert.deepEqual(
          servers!.map(({ name, owner, owned, online }) => [name, owner, owned, online]),
          [
            ["Living Room", null, true, true],
            ["Summer House", null, true, false],
            ["Attic", "friend", false, true],
          ],
        );
        const names = ["machineIdentifier", "name", "owner", "owned", "online", "version"];
        for (const server of servers!) assert.deepEqual(Object.keys(server), names);
      }
    });

    it("tries every address of a chosen one without a token, and gives that server's own", async () => {
      const session = await signIn();
      const [{ machineIdentifier }] = [
        (await ask("servers", { session })).servers!.find(({ name }) => name === "Attic")!,
      ];
      simulator.requests.length = 0;
      const { server } = await ask("servers", { session, machineIdentifier, timeout: "2000" });
      assert.equal(server!.name, "Attic");
      assert.equal(server!.connection!.uri, simulator.sharedUrl);
      assert.equal(server!.connections!.length, 4);
      assert.ok(server!.connections!.every(({ reachable }) => reachable !== null));
      assert.ok(server!.connections!.some(({ reachable, error }) => reachable === false && error !== undefined));
      const probes = simulator.requests.filter(({ server: name }) => name === "shared");
      assert.ok(probes.length > 0);
      assert.ok(probes.every(({ path, headers }) => path === "/identity" && headers["x-plex-token"] === undefined));
      const check = await ask("test", { ...form, url: simulator.sharedUrl, token: server!.token });
      assert.equal(check.server?.name, "Attic");
    });

    it("offers what was composed here only where it answered, and all that plex.tv told", async () => {
      const port = Number(new URL(simulator.url).port);
      const direct = (address: string) => {
        const uri = `https://${address.replace(/[.:]/g, "-")}.${"0".repeat(32)}.plex.direct:${port}`;
        return { protocol: "https", address, uri, port, local: true } as const;
      };
      simulator.setConnections("own", [direct("127.0.0.1"), direct("127.0.0.2"), direct("2001:db8::1")]);
      const { server } = await ask("servers", { ...form, machineIdentifier: simulator.machineIdentifier });
      assert.deepEqual(
        server!.connections!.map(({ uri, reachable }) => [uri, reachable]),
        [
          ...["127.0.0.1", "127.0.0.2", "2001:db8::1"].map((address) => [direct(address).uri, false]),
          [simulator.url, true],
        ],
      );
    });

    it("gives no token back for a stored one, nor for one that stands in a variable", async () => {
      const { machineIdentifier } = simulator;
      const typed = await ask("servers", { ...form, token, machineIdentifier });
      assert.deepEqual([typed.server!.token, typed.server!.withheld], [token, false]);
      process.env.TEST_ADMIN_TOKEN = token;
      for (const hidden of [stored, "", undefined, "${TEST_ADMIN_TOKEN}"]) {
        const answer = await post("servers", { ...form, token: hidden, machineIdentifier });
        assert.equal(answer.body.server?.name, "Living Room");
        assert.deepEqual([answer.body.server.token, answer.body.server.withheld], [null, true]);
        assert.doesNotMatch(answer.text, /canary/);
      }
    });

    it("tells a server that is not among them, and a token that plex.tv does not take", async () => {
      assertFailure(await ask("servers", { ...form, machineIdentifier: "nosuch" }), "not-found");
      assertFailure(await ask("servers", { ...form, token: "nobodys" }), "unauthorized");
      simulator.fault(faults.status(422), { path: "/api/v2/resources" });
      assertFailure(await ask("servers", form), "unauthorized", "token-revoked");
      simulator.fault(faults.body("{".repeat(100_000), "application/json"));
      assertFailure(await ask("servers", form), "invalid-response");
    });

    it("stops when Node-RED does", async () => {
      simulator.fault(faults.hang(), { path: "/api/v2/resources" });
      const answer = ask("servers", form);
      // Superagent sends with the first then.
      void answer.catch(() => undefined);
      await sleep(100);
      await unloadAdmin();
      assertFailure(await answer, "cancelled");
    });
  });

  describe("discover", () => {
    it("finds servers of the local network and tries them", async () => {
      const gdm = await startGdm({ servers: [simulator.announcement], noise: ["rubbish"] });
      await unloadAdmin();
      await load({}, { settings: { plexConfigGdmTargets: [`${gdm.host}:${gdm.port}`] } });
      const { servers } = await ask("discover", { clientIdentifier: "client-1", tls: "", proxy: "" });
      await gdm.close();
      const [found, ...others] = servers!;
      const { connections, connection, ...server } = found!;
      assert.equal(others.length, 0);
      assert.deepEqual(server, {
        machineIdentifier: simulator.machineIdentifier,
        name: "Living Room",
        owner: null,
        owned: null,
        online: true,
        version: "1.43.4.10903-e5521bd8c",
      });
      assert.equal(connection!.uri, simulator.url);
      assert.equal(connections!.length, 2);
      assert.ok(simulator.requests.every(({ headers }) => headers["x-plex-token"] === undefined));
    });

    it("may find nothing", async () => {
      await unloadAdmin();
      await load({}, { settings: { plexConfigGdmTargets: [] } });
      assert.deepEqual(await ask("discover", { clientIdentifier: "client-1" }), { servers: [] });
    });
  });

  describe("test", () => {
    it("checks the stored token at the deployed URL, however that is written", async () => {
      for (const url of [
        simulator.url,
        `${simulator.url}/`,
        ` ${simulator.url.toUpperCase().replace("HTTP", "http")}/web/index.html#!/ `,
      ]) {
        for (const hidden of [stored, "", undefined]) {
          const reply = await ask("test", { ...form, url, token: hidden });
          assert.deepEqual([reply.server?.name, reply.mints], ["Living Room", true]);
          assert.equal(typeof reply.latency, "number");
          assert.doesNotMatch(JSON.stringify(reply), /canary/);
        }
      }
    });

    it("tells what stands in front of the server from the server itself", async () => {
      simulator.fault(faults.status(401, { headers: { "www-authenticate": 'Basic realm="x"' } }), { times: Infinity });
      assertFailure(await ask("test", { ...form, token: stored }), "unauthorized", "login-in-front");
      simulator.clearFaults();
      simulator.fault(faults.status(526), { times: Infinity });
      assertFailure(await ask("test", { ...form, token: stored }), "server-error", "proxy-service");
      simulator.clearFaults();
    });

    it("asks nobody where a parser would make another machine of the address", async () => {
      const { port } = new URL(simulator.url);
      simulator.requests.length = 0;
      for (const host of ["127.0.0.01", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1."]) {
        const reply = await ask("test", { ...form, url: `http://${host}:${port}`, token: "canary-typed" });
        assert.equal(reply.error?.code, "not-configured", host);
      }
      assert.equal(simulator.requests.length, 0);
    });

    it("sends the stored token to no other URL", async () => {
      const { port } = new URL(elsewhere.url);
      const trap = elsewhere.url;
      for (const url of [
        trap,
        `${trap}/`,
        `http://localhost:${port}`,
        `${simulator.url}/base`,
        "${TEST_ADMIN_ELSEWHERE}",
      ]) {
        process.env.TEST_ADMIN_ELSEWHERE = trap;
        for (const hidden of [stored, "", undefined, null, " "]) {
          assertFailure(await ask("test", { ...form, url, token: hidden }), "not-configured", "token-elsewhere");
        }
      }
      assert.equal(elsewhere.requests.length, 0);
      assert.equal(simulator.requests.length, 0);
    });

    it("checks a typed token at any URL, before any deploy", async () => {
      const { machineIdentifier } = elsewhere;
      const reply = await ask("test", { ...form, id: "new", url: elsewhere.url, token });
      assert.equal(reply.server?.machineIdentifier, machineIdentifier);
    });

    it("takes every value from a variable, as a deploy does", async () => {
      Object.assign(process.env, {
        TEST_ADMIN_URL: `${simulator.url}/`,
        TEST_ADMIN_TOKEN: token,
        TEST_ADMIN_CLIENT: "from-env",
      });
      const variables = {
        url: "${TEST_ADMIN_URL}",
        token: "${TEST_ADMIN_TOKEN}",
        clientIdentifier: "${TEST_ADMIN_CLIENT}",
      };
      assert.equal((await ask("test", { ...form, ...variables, id: "new" })).mints, true);
      assert.equal(simulator.requests.at(-1)!.headers["x-plex-client-identifier"], "from-env");
      await unloadAdmin();
      await load({ url: "${TEST_ADMIN_URL}" }, { token: "${TEST_ADMIN_TOKEN}" });
      assert.equal((await ask("test", { ...form, ...variables, token: stored })).mints, true);
    });

    it("says which setting cannot be used, and which variable is not set", async () => {
      process.env["TEST_ADMIN_BAD"] = "a b";
      try {
        for (const setting of ["url", "token", "clientIdentifier"]) {
          const { error: unset } = await ask("test", { ...form, [setting]: "${TEST_ADMIN_UNSET}" });
          assert.deepEqual(
            [unset?.detail, unset?.setting, unset?.variable],
            ["variable-unset", setting, "TEST_ADMIN_UNSET"],
          );
          const { error: refused } = await ask("test", { ...form, [setting]: "${TEST_ADMIN_BAD}" });
          assert.deepEqual(
            [refused?.detail, refused?.setting, refused?.variable],
            ["setting-refused", setting, undefined],
          );
        }
        assert.equal(simulator.requests.length, 0);
      } finally {
        delete process.env["TEST_ADMIN_BAD"];
      }
    });

    it("puts in a variable only where a deploy would: where the reference is the whole setting", async () => {
      process.env["TEST_ADMIN_PART"] = token;
      try {
        for (const reference of ["${TEST_ADMIN_PART} ", "pre-${TEST_ADMIN_PART}"]) {
          const typed = await ask("test", { ...form, token: reference });
          assert.deepEqual([typed.error?.detail, typed.error?.setting], ["setting-refused", "token"], reference);
          await unloadAdmin();
          await load({}, { token: reference });
          const kept = await ask("test", { ...form, token: stored });
          assert.deepEqual([kept.error?.detail, kept.error?.setting], ["setting-refused", "token"], reference);
        }
        assert.equal(simulator.requests.length, 0);
      } finally {
        delete process.env["TEST_ADMIN_PART"];
      }
    });

    it("tells what does not run yet", async () => {
      assertFailure(await ask("test", { ...form, id: "new" }), "not-configured", "not-deployed");
      assertFailure(await ask("test", { ...form, id: "tls" }), "not-configured", "not-deployed");
      assertFailure(await ask("test", { ...form, id: "new", token: "" }), "not-configured", "setting-refused");
      for (const id of ["new", "off", "config"]) {
        assertFailure(await ask("test", { ...form, tls: id }), "not-configured", "not-deployed");
        assertFailure(await ask("test", { ...form, proxy: id }), "not-configured", "not-deployed");
      }
      assert.equal(simulator.requests.length, 0);
      const reply = await ask("test", { ...form, tls: "tls", proxy: "_ADD_" });
      assert.equal(reply.mints, true, JSON.stringify(reply));
    });

    it("tells each failure in the words of the error table", async () => {
      const rows = [
        [faults.status(401), "unauthorized"],
        [faults.status(500), "server-error"],
        [faults.status(429), "rate-limited"],
        [faults.html(), "invalid-response"],
        [faults.redirect("http://h.example/?canary"), "redirected"],
        [faults.reset(), "unreachable"],
      ] as const;
      for (const [fault, code] of rows) {
        simulator.fault(fault);
        assertFailure(await ask("test", form), code);
      }
      assertFailure(await ask("test", { ...form, url: "plex" }), "not-configured", "setting-refused");
    });

    it("names the other server that a redirect leads to, and neither a path nor a token in it", async () => {
      simulator.fault(faults.redirect("https://plex.example/canary?X-Plex-Token=canary"));
      const redirected = await ask("test", form);
      assertFailure(redirected, "redirected");
      assert.equal(redirected.error!.target, "https://plex.example");
      for (const location of ["/login", "ftp://plex.example", `${simulator.url}/x`]) {
        simulator.fault(faults.redirect(location));
        const reply = await ask("test", form);
        assert.deepEqual([reply.error!.code, reply.error!.target], ["redirected", undefined], location);
      }
    });

    it("tells a revoked token and a path that is not a server's", async () => {
      simulator.fault(faults.status(422), { path: /^\/(security\/token)?$/, times: 3 });
      assertFailure(await ask("test", form), "unauthorized", "token-revoked");
      simulator.clearFaults();
      simulator.fault(faults.status(404), { path: "/identity" });
      assertFailure(await ask("test", form), "not-found", "base-path");
    });

    it("recognises claim and transient tokens", async () => {
      assertFailure(await ask("test", { ...form, token: "claim-x" }), "not-configured", "claim-token");
      const headers = { "X-Plex-Token": token, Accept: "application/json" };
      const minted = await fetch(`${simulator.url}/security/token?type=delegation&scope=all`, { headers });
      const { MediaContainer } = (await minted.json()) as { MediaContainer: { token: string } };
      const reply = await ask("test", { ...form, token: MediaContainer.token });
      assertFailure(reply, "forbidden", "transient-token");
      assert.deepEqual([reply.server?.name, reply.mints], ["Living Room", false]);
      assert.ok(!JSON.stringify(reply).includes(MediaContainer.token));
    });

    it("leaves other tokens of the flow alone", async () => {
      const reply = await ask("test", { ...form, id: "__proto__" });
      assertFailure(reply, "not-configured", "not-deployed");
    });
  });

  describe("a plex-config node inside a subflow", () => {
    const inside = "inside";
    beforeEach(async () => {
      await unloadAdmin();
      const settings = { plexConfigTvUrl: simulator.plexTv.url };
      const flow = [
        { id: "tab", type: "tab" },
        { id: "sub", type: "subflow", name: "Sub", in: [], out: [] },
        { id: inside, type: "plex-config", z: "sub", url: simulator.url, clientIdentifier: "client-1" },
        { id: "tls", type: "tls-config", z: "sub", cert: "", key: "", ca: "" },
        { id: "instance", type: "subflow:sub", z: "tab" },
        { id: "ontab", type: "plex-config", z: "tab", url: simulator.url, clientIdentifier: "client-1" },
        { id: "off", type: "plex-config", z: "tab", d: true, url: simulator.url, clientIdentifier: "client-1" },
      ];
      const credentials = { [inside]: { token }, ontab: { token } };
      await loadAdmin({ settings, flow, credentials, modules: [tlsConfig] });
      form.id = inside;
    });

    it("is told as that wherever its stored token is needed", async () => {
      for (const hidden of [stored, "", undefined]) {
        for (const route of ["test", "sources", "servers"]) {
          assertFailure(await ask(route, { ...form, token: hidden }), "not-configured", "in-subflow");
        }
      }
      assert.equal(simulator.requests.length, 0);
    });

    it("is told as that where a variable has its value in the instances alone, and so is one that it refers to", async () => {
      for (const fields of [{ url: "${SUB_URL}" }, { token: "${SUB_TOKEN}" }, { timeout: "${SUB_TIMEOUT}" }]) {
        assertFailure(await ask("test", { ...form, token, ...fields }), "not-configured", "in-subflow");
      }
      assertFailure(await ask("test", { ...form, token, tls: "tls" }), "not-configured", "in-subflow");
    });

    it("can be tested with what is typed", async () => {
      assert.equal((await ask("test", { ...form, token })).mints, true);
      assertFailure(await ask("test", { ...form, token, url: "plex" }), "not-configured", "setting-refused");
    });

    it("is told from one on a tab, which runs, and from one that is disabled or new", async () => {
      assert.equal((await ask("test", { ...form, id: "ontab" })).mints, true);
      for (const id of ["off", "new"]) {
        assertFailure(await ask("test", { ...form, id }), "not-configured", "not-deployed");
      }
      assertFailure(
        await ask("test", { ...form, id: "new", token: "${SUB_TOKEN}" }),
        "not-configured",
        "variable-unset",
      );
    });
  });

  describe("the form's Timeout", () => {
    const onlyOwn = () => {
      const { port, hostname: address } = new URL(simulator.url);
      const own = { protocol: "http", address, uri: simulator.url, port: Number(port), local: true } as const;
      simulator.setConnections("own", [own]);
      return { machineIdentifier: simulator.machineIdentifier };
    };
    const late = (ms: number) => (_request: unknown, _response: unknown, proceed: () => void) => {
      setTimeout(proceed, ms);
    };
    const timed = async (question: Promise<AdminReply>) => {
      const start = performance.now();
      const reply = await question;
      return { reply, ms: performance.now() - start };
    };

    it("ends the test, the search and what is asked of plex.tv", async () => {
      const body = { ...form, timeout: "300" };
      const server = onlyOwn();
      simulator.fault(faults.hang(), { path: "/identity", times: 2 });
      const test = await timed(ask("test", body));
      assertFailure(test.reply, "timeout");
      const search = await timed(ask("servers", { ...body, ...server }));
      assert.deepEqual(
        search.reply.server!.connections!.map(({ error }) => error),
        ["timeout"],
      );
      simulator.fault(faults.hang(), { path: /resources|pins/, times: 3 });
      const account = await timed(ask("sources", body));
      assertFailure(account.reply, "timeout");
      const start = await timed(ask("sign-in", { clientIdentifier: "client-1", timeout: 300 }));
      assertFailure(start.reply, "timeout");
      for (const { ms } of [test, search, account, start]) assert.ok(ms > 250 && ms < 1_900, `${ms} ms`);
    });

    it("is the one that stands there now, not the one of the sign-in", async () => {
      const session = await signIn();
      simulator.fault(faults.hang(), { path: "/api/v2/resources" });
      const { reply, ms } = await timed(ask("servers", { session, timeout: "300" }));
      assertFailure(reply, "timeout");
      assert.ok(ms < 1_900, `${ms} ms`);
    });

    it("lets servers and plex.tv take longer than any limit of our own", async function () {
      this.timeout(20_000);
      const body = { ...form, timeout: "15000" };
      const server = onlyOwn();
      simulator.fault(late(5_300), { path: "/identity" });
      const search = await ask("servers", { ...body, ...server });
      assert.equal(search.server!.connection?.uri, simulator.url);
      simulator.fault(late(8_300), { path: "/identity" });
      simulator.fault(late(8_300), { path: "/api/v2/resources" });
      const [test, account] = await Promise.all([ask("test", body), ask("sources", body)]);
      assert.equal(test.mints, true, JSON.stringify(test));
      assert.ok(account.sources, JSON.stringify(account));
    });

    it("may come out of a variable, and is refused where it is no number", async () => {
      process.env.TEST_ADMIN_TIMEOUT = "300";
      simulator.fault(faults.hang(), { path: "/identity" });
      assertFailure(await ask("test", { ...form, timeout: "${TEST_ADMIN_TIMEOUT}" }), "timeout");
      assertFailure(await ask("test", { ...form, timeout: "soon" }), "not-configured", "setting-refused");
    });
  });

  describe("sources", () => {
    it("lists servers, then providers, each by name and once", async () => {
      const providers = [
        { identifier: "tv.plex.provider.vod", title: "Movies & Shows" },
        { identifier: "tv.plex.provider.discover", title: "Discover" },
        { identifier: "tv.plex.provider.vod", title: "again" },
      ];
      simulator.fault(faults.json(providers), { path: "/media/providers" });
      const { sources } = await ask("sources", form);
      assert.deepEqual(
        sources!.map(({ name, owner }) => [name, owner]),
        [
          ["Attic", "friend"],
          ["Living Room", null],
          ["Summer House", null],
          ["Discover", null],
          ["Movies & Shows", null],
        ],
      );
      assert.equal(sources![1]!.source, simulator.ownServer);
      assert.equal(sources![4]!.source, "provider://tv.plex.provider.vod");
    });

    it("lists the servers where there are no providers, and fails where there are no servers", async () => {
      simulator.fault(faults.status(500), { path: "/media/providers" });
      assert.equal((await ask("sources", form)).sources!.length, 3);
      simulator.fault(faults.status(500), { path: "/api/v2/resources" });
      assertFailure(await ask("sources", form), "server-error");
    });

    it("sends the stored token to plex.tv alone", async () => {
      const answer = await post("sources", { ...form, url: elsewhere.url });
      assert.ok(answer.body.sources!.length > 0);
      assert.doesNotMatch(answer.text, /canary/);
      assert.ok(simulator.requests.every(({ server }) => server === "plexTv"));
      assert.equal(elsewhere.requests.length, 0);
    });
  });

  describe("players", () => {
    const session = {
      User: { id: "1", title: "viewer" },
      Player: { machineIdentifier: "tv-1", title: "TV", product: "Plex for LG" },
      Session: { id: "token=transient-canary" },
    };
    const client = { name: "Box", machineIdentifier: "box-1", product: "Plex HTPC", host: "192.168.1.20" };
    const sessions = faults.json({ MediaContainer: { size: 1, Metadata: [session] } });
    const clients = faults.json({ MediaContainer: { size: 1, Server: [client] } });
    const namesOf = ({ players = [] }: AdminReply) => players.map(({ name }) => name);

    it("lists who plays now, who can be controlled, and what the account has", async () => {
      simulator.fault(sessions, { path: "/status/sessions" });
      simulator.fault(clients, { path: "/clients" });
      const answer = await post("players", form);
      assert.deepEqual(answer.body.players, [
        {
          ...{ machineIdentifier: "tv-1", name: "TV", product: "Plex for LG" },
          ...{ playing: true, online: true, users: [{ id: "1", name: "viewer" }] },
        },
        { machineIdentifier: "box-1", name: "Box", product: "Plex HTPC", playing: false, online: true, users: [] },
        {
          ...{ machineIdentifier: "6d0b5a3e-2f57-4c38-b7d1-4b1f0f6f3c11", name: "Kitchen Radio", product: "Plexamp" },
          ...{ playing: false, online: true, users: [] },
        },
      ]);
      assert.doesNotMatch(answer.text, /canary|192\.168/);
    });

    it("does without plex.tv, without the sessions, or without the clients", async () => {
      const without = {
        "/api/v2/resources": ["TV", "Box"],
        "/status/sessions": ["Box", "Kitchen Radio"],
        "/clients": ["TV", "Kitchen Radio"],
      };
      for (const [path, expected] of Object.entries(without)) {
        simulator.clearFaults();
        simulator.fault(faults.status(403), { path });
        simulator.fault(sessions, { path: "/status/sessions" });
        simulator.fault(clients, { path: "/clients" });
        assert.deepEqual(namesOf(await ask("players", form)), expected);
      }
    });

    it("fails where the server tells neither", async () => {
      simulator.fault(faults.status(500), { server: "own", times: 2 });
      assertFailure(await ask("players", form), "server-error");
    });

    it("sends the stored token to the deployed server and to plex.tv alone", async () => {
      assertFailure(await ask("players", { ...form, url: elsewhere.url }), "not-configured", "token-elsewhere");
      assert.equal(elsewhere.requests.length, 0);
      assert.ok((await ask("players", { ...form, url: elsewhere.url, token })).players);
      assert.ok(elsewhere.requests.every(({ headers }) => headers["x-plex-token"] === token));
    });

    it("lets go of everything when nobody waits any more", async () => {
      // Other tests may have left some.
      simulator.dropConnections();
      simulator.fault(faults.hang(), { path: "/status/sessions" });
      simulator.fault(faults.hang(), { path: "/clients" });
      simulator.fault(faults.hang(), { path: "/api/v2/resources" });
      // Supertest keeps its server open when a request is aborted.
      const { _httpAdmin } = helper as unknown as { _httpAdmin: RequestListener };
      const editor = createServer(_httpAdmin).listen(0, "127.0.0.1");
      await once(editor, "listening");
      const { port } = editor.address() as AddressInfo;
      const controller = new AbortController();
      const ended = fetch(`http://127.0.0.1:${port}/plex-config/players`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(form),
        signal: controller.signal,
      }).then(
        () => "answered",
        () => "aborted",
      );
      while (simulator.requests.length < 3) await sleep(5);
      controller.abort();
      assert.equal(await ended, "aborted");
      await sleep(100);
      assert.deepEqual([simulator.openSockets("own"), simulator.openSockets("plexTv")], [0, 0]);
      editor.close();
    });
  });
});
