import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import { certificates, faults, startSimulator, type Simulator } from "../../../simulator";
import { authoritiesOnly } from "../../../src/http/certificate-authorities";
import { parseXml } from "../../../src/http/xml";
import { candidateConnections, findServer, readProviders, readServers } from "../../../src/plex-tv/account";
import { PlexTv } from "../../../src/plex-tv/plex-tv";
import { rejectionOf } from "../../../testing/rejection";

const token = "canary-account-token";
const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8")) as { version: string };

describe("PlexTv", () => {
  let simulator: Simulator;
  let plexTv: PlexTv;

  before(async () => {
    simulator = await startSimulator({ token, plexTv: true });
    plexTv = new PlexTv({ url: `${simulator.plexTv.url}/`, clientIdentifier: "client-1" });
  });
  after(() => simulator.close());
  afterEach(() => {
    simulator.clearFaults();
    simulator.requests.length = 0;
  });

  describe("where it asks", () => {
    it("is plex.tv and its sign-in page unless told", async () => {
      const pin = await plexTv.createPin({ strong: true });
      for (const url of [undefined, "", " https://plex.tv/ "]) {
        const official = new PlexTv({ url, clientIdentifier: "a/b&c" });
        assert.equal(official.linkUrl, "https://plex.tv/link");
        const page = official.signInUrl(pin);
        assert.ok(page.startsWith(`https://app.plex.tv/auth#?clientID=a%2Fb%26c&code=${pin.code}&`), page);
      }
    });

    it("tells the page what asks", async () => {
      const pin = await plexTv.createPin({ strong: true });
      const url = new URL(plexTv.signInUrl(pin));
      assert.equal(`${url.origin}${url.pathname}`, `${simulator.plexTv.url}/auth`);
      assert.equal(plexTv.linkUrl, `${simulator.plexTv.url}/link`);
      const fields = Object.fromEntries(new URLSearchParams(url.hash.slice(2)));
      assert.equal(fields.clientID, "client-1");
      assert.equal(fields.code, pin.code);
      assert.equal(fields["context[device][product]"], "node-red-contrib-plex-access");
      assert.equal(fields["context[device][version]"], version);
      assert.equal(fields["context[device][device]"], "Node-RED");
      assert.ok(fields["context[device][deviceName]"]);
      assert.ok(fields["context[device][platform]"]);
    });

    it("refuses what is no address, and a missing identifier", () => {
      for (const url of ["plex.tv", "ftp://plex.tv", "https://"]) {
        assert.throws(() => new PlexTv({ url, clientIdentifier: "x" }), { code: "not-configured" });
      }
      assert.throws(() => new PlexTv({ clientIdentifier: "" }), { code: "not-configured" });
    });

    it("trusts an authority of its own besides the ordinary ones, but never goes unverified", async () => {
      const { ca, server } = certificates();
      const secure = await startSimulator({ tls: server, plexTv: true });
      const ask = (tls: object) =>
        new PlexTv({ url: secure.plexTv.url, clientIdentifier: "x", tls }).createPin({ strong: true });
      assert.ok((await ask({ ca, servername: "elsewhere.invalid" })).code);
      assert.equal((await rejectionOf(ask({ rejectUnauthorized: false }))).code, "tls");
      await secure.close();
    });
  });

  it("adds an authority to the ordinary ones, and takes nothing else that is meant for one server", () => {
    const { ca, ...others } = authoritiesOnly({ ca: "extra", servername: "x", key: "k", rejectUnauthorized: false });
    assert.deepEqual(others, {});
    assert.ok((ca as string[]).includes("extra"));
    assert.ok((ca as string[]).length > 50);
    assert.deepEqual(authoritiesOnly({ servername: "x" }), {});
  });

  describe("pins", () => {
    it("asks for strong and short ones by POST, with who asks and without a token", async () => {
      const strong = await plexTv.createPin({ strong: true });
      assert.match(strong.code, /^[a-z0-9]{25}$/);
      assert.equal(strong.expiresIn, 1_800_000);
      const short = await plexTv.createPin({ strong: false });
      assert.match(short.code, /^[A-Z0-9]{4}$/);
      assert.equal(short.expiresIn, 900_000);
      const [first, second] = simulator.requests;
      assert.deepEqual([first!.method, first!.url], ["POST", "/api/v2/pins?strong=true"]);
      assert.deepEqual([second!.method, second!.url], ["POST", "/api/v2/pins"]);
      assert.equal(first!.headers["x-plex-client-identifier"], "client-1");
      assert.equal(first!.headers["x-plex-product"], "node-red-contrib-plex-access");
      assert.equal(first!.headers["x-plex-token"], undefined);
    });

    it("tells waiting, allowed, and gone", async () => {
      const pin = await plexTv.createPin({ strong: true });
      assert.deepEqual(await plexTv.checkPin(pin), { state: "waiting" });
      simulator.plexTv.authorise(pin.code);
      assert.deepEqual(await plexTv.checkPin(pin), { state: "allowed", token });
      const denied = await plexTv.createPin({ strong: true });
      simulator.plexTv.deny(denied.code);
      assert.deepEqual(await plexTv.checkPin(denied), { state: "gone" });
    });

    it("takes 401 and 403 for gone, but not what passes", async () => {
      const pin = await plexTv.createPin({ strong: true });
      for (const status of [401, 403, 404]) {
        simulator.fault(faults.status(status));
        assert.deepEqual(await plexTv.checkPin(pin), { state: "gone" }, String(status));
      }
      for (const status of [400, 429, 500, 503]) {
        simulator.fault(faults.status(status));
        await rejectionOf(plexTv.checkPin(pin));
      }
    });

    it("is over by plex.tv's clock, whatever this machine's says", async () => {
      const answer = (fields: object) => {
        const pin = { id: 7, code: "ABCD", authToken: null, expiresIn: 900 };
        simulator.fault(faults.json({ ...pin, createdAt: "2022-02-01T00:00:00Z", ...fields }));
      };
      answer({ expiresAt: "2022-02-01T00:15:00Z" });
      const pin = await plexTv.createPin({ strong: false });
      assert.equal(pin.expiresIn, 900_000);
      answer({ expiresAt: "2022-02-01T00:15:00Z" });
      assert.deepEqual(await plexTv.checkPin(pin), { state: "waiting" });
      answer({ expiresAt: "2022-01-31T23:59:59Z" });
      assert.deepEqual(await plexTv.checkPin(pin), { state: "expired" });
      answer({ expiresAt: "2022-02-01T00:15:00Z", expiresIn: 0 });
      assert.deepEqual(await plexTv.checkPin(pin), { state: "expired" });
    });

    it("lives no longer than Plex lets any, and as short as it says", async () => {
      const lives: [object, number][] = [
        [{ expiresIn: 1e12 }, 1_800_000],
        [{ expiresIn: -5 }, 1_800_000],
        [{ expiresIn: "60" }, 60_000],
        [{}, 1_800_000],
        [{ expiresIn: "soon", createdAt: "2022-02-01T00:00:00Z", expiresAt: "2022-02-01T00:00:02Z" }, 2_000],
      ];
      for (const [fields, expected] of lives) {
        simulator.fault(faults.json({ id: 1, code: "ABCD", ...fields }));
        assert.equal((await plexTv.createPin({ strong: true })).expiresIn, expected, JSON.stringify(fields));
      }
    });

    it("reads XML as well", async () => {
      const xml = (attributes: string) => {
        simulator.fault(faults.xml(`<pin id="9" code="ABCD" expiresIn="900" ${attributes}/>`));
      };
      xml('authToken=""');
      const pin = await plexTv.createPin({ strong: false });
      assert.deepEqual([pin.id, pin.code, pin.expiresIn], ["9", "ABCD", 900_000]);
      xml('authToken=""');
      assert.deepEqual(await plexTv.checkPin(pin), { state: "waiting" });
      xml('authToken="abc"');
      assert.deepEqual(await plexTv.checkPin(pin), { state: "allowed", token: "abc" });
    });

    it("takes nothing for a pin that is none", async () => {
      const bodies: unknown[] = [
        {},
        [],
        { id: "../../evil", code: "ABCD" },
        { id: 1, code: "&forwardUrl=//evil" },
        { id: { toString: 1 }, code: "ABCD" },
        { id: 1 },
      ];
      for (const body of bodies) {
        simulator.fault(faults.json(body));
        const error = await rejectionOf(plexTv.createPin({ strong: true }));
        assert.equal(error.code, "invalid-response", JSON.stringify(body));
      }
      const pin = await plexTv.createPin({ strong: true });
      for (const body of [{ id: 1, authToken: "a b\r\nX-Evil: 1" }, { authToken: "abc" }, "text"]) {
        simulator.fault(faults.json(body));
        assert.equal((await rejectionOf(plexTv.checkPin(pin))).code, "invalid-response");
      }
    });
  });

  describe("failures", () => {
    const ask = () => rejectionOf(plexTv.getResources(token));

    it("are told by their codes, for which the forms have words that fit plex.tv", async () => {
      const rows: [Parameters<Simulator["fault"]>[0], string][] = [
        [faults.status(401), "unauthorized"],
        [faults.status(422), "unauthorized"],
        [faults.status(403), "forbidden"],
        [faults.status(503), "server-error"],
        [faults.redirect("https://login.example"), "redirected"],
        [faults.html(), "invalid-response"],
        [faults.cutOffJson(), "invalid-response"],
        [faults.reset(), "unreachable"],
      ];
      for (const [fault, code] of rows) {
        simulator.fault(fault);
        const error = await ask();
        assert.equal(error.code, code);
        assert.doesNotMatch(error.message, /canary/);
      }
      assert.equal(simulator.requests.length, rows.length, "nothing is asked twice, and no redirect is followed");
    });

    it("keep what plex.tv asks to wait", async () => {
      simulator.fault(faults.status(429, { retryAfter: 7 }));
      const { code, retryAfter, statusCode } = await ask();
      assert.deepEqual([code, retryAfter, statusCode], ["rate-limited", 7, 429]);
    });

    it("tell a revoked token and one that was never good", async () => {
      simulator.fault(faults.status(422));
      const revoked = await ask();
      assert.deepEqual([revoked.code, revoked.statusCode], ["unauthorized", 422]);
      const unknown = await rejectionOf(plexTv.getResources("nobodys"));
      assert.deepEqual([unknown.code, unknown.statusCode], ["unauthorized", 401]);
    });

    it("end in time, on a signal, and when closed", async () => {
      simulator.fault(faults.hang(), { times: 3 });
      const { url } = simulator.plexTv;
      const hasty = new PlexTv({ url, clientIdentifier: "x", timeout: 50 });
      assert.equal((await rejectionOf(hasty.getResources(token))).code, "timeout");
      const signal = AbortSignal.timeout(30);
      assert.equal((await rejectionOf(plexTv.getResources(token, { signal }))).code, "cancelled");
      const closed = new PlexTv({ url, clientIdentifier: "x" });
      const asked = rejectionOf(closed.getResources(token));
      setTimeout(() => {
        closed.close();
      }, 30);
      assert.equal((await asked).code, "cancelled");
    });

    it("leave no connection open", async () => {
      await plexTv.getResources(token);
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.equal(simulator.openSockets("plexTv"), 0);
    });

    it("say that plex.tv is down", async () => {
      const gone: Server = createServer().listen(0);
      const { port } = gone.address() as AddressInfo;
      await new Promise((resolve) => gone.close(resolve));
      const down = new PlexTv({ url: `http://127.0.0.1:${port}`, clientIdentifier: "x" });
      assert.equal((await rejectionOf(down.createPin({ strong: true }))).code, "unreachable");
    });
  });

  describe("the account's servers", () => {
    it("are asked for with the token in a header alone", async () => {
      const servers = await plexTv.getResources(token);
      assert.deepEqual(
        servers.map(({ name, owner, owned, online }) => [name, owner, owned, online]),
        [
          ["Living Room", null, true, true],
          ["Attic", "friend", false, true],
          ["Summer House", null, true, false],
        ],
      );
      const [request] = simulator.requests;
      assert.equal(request!.url, "/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1");
      assert.equal(request!.headers["x-plex-token"], token);
    });

    it("are read from every form that Plex has sent", () => {
      const v1 = `<MediaContainer size="2"><Device name="Box" clientIdentifier="id1" provides="server" owned="1"
        presence="1" httpsRequired="0" accessToken="t1" productVersion="1.0"><Connection protocol="http"
        address="10.0.0.2" port="32400" uri="http://10.0.0.2:32400" local="1"/></Device>
        <Device name="TV" clientIdentifier="id2" provides="player"/></MediaContainer>`;
      const v2 = `<resources><resource name="Box" clientIdentifier="id1" provides="client,server" owned="1"
        presence="1" httpsRequired="0" accessToken="t1" productVersion="1.0"><connections><connection protocol="http"
        address="10.0.0.2" port="32400" uri="http://10.0.0.2:32400" local="1"/></connections></resource></resources>`;
      const [first, ...rest] = [v1, v2].map((text) => readServers(parseXml(text)));
      assert.equal(first!.length, 1);
      assert.equal(first![0]!.connections[0]!.uri, "http://10.0.0.2:32400");
      assert.deepEqual(rest, [first]);
      assert.deepEqual(readServers([]), []);
      assert.deepEqual(readServers(parseXml("<resources/>")), []);
    });

    it("are read in any shape: null tokens, one connection, flags as text, double entries", () => {
      const server = { clientIdentifier: "id1", provides: " server ", accessToken: null, owned: "1", presence: "0" };
      const connections = { uri: "https://example.org:443", local: false };
      const [read, ...others] = readServers([
        { ...server, connections },
        { ...server, name: "again" },
      ]);
      assert.equal(others.length, 0);
      assert.deepEqual([read!.name, read!.accessToken, read!.owned, read!.online], ["id1", null, true, false]);
      assert.equal(read!.connections.length, 1);
    });

    it("survive hostile entries, which are left out or cut down", () => {
      const hostile: unknown[] = [
        null,
        7,
        [],
        { clientIdentifier: "../x", provides: "server" },
        { clientIdentifier: { a: 1 }, provides: "server" },
        { clientIdentifier: "a\nb", provides: "server" },
        { clientIdentifier: "ok0", provides: ["server"] },
        { clientIdentifier: "ok1", provides: "server", connections: [{ uri: "javascript:alert(1)" }, null, "x"] },
        { clientIdentifier: "ok2", provides: "server", name: `a\u202e\n${"x".repeat(9999)}`, accessToken: "a\r\nb" },
        { clientIdentifier: "ok3", provides: "server", connections: Array(5000).fill({ uri: "http://h:1" }) },
      ];
      const servers = readServers(hostile);
      assert.deepEqual(
        servers.map(({ machineIdentifier }) => machineIdentifier),
        ["ok1", "ok2", "ok3"],
      );
      assert.deepEqual(servers[0]!.connections, []);
      assert.equal(servers[1]!.name.length, 200);
      assert.match(servers[1]!.name, /^a x+$/);
      assert.equal(servers[1]!.accessToken, null);
      assert.ok(candidateConnections(servers[2]!).length <= 2);
      for (const document of [null, "x", 7, {}, { errors: [] }]) {
        assert.throws(() => readServers(document), { code: "invalid-response" });
      }
      assert.equal(
        readServers(Array.from({ length: 2000 }, (_, i) => ({ clientIdentifier: `s${i}`, provides: "server" }))).length,
        500,
      );
    });

    it("keep an address of each kind where there are more than are tried", () => {
      const address = (ip: string, more: object = {}) => {
        const uri = `https://${ip.replace(/[.:]/g, "-")}.${"0".repeat(32)}.plex.direct:32400`;
        return { protocol: "https", address: ip, port: 32400, uri, local: true, relay: false, ...more };
      };
      const bridges = Array.from({ length: 60 }, (_, i) => address(`172.${16 + (i % 16)}.${i}.1`));
      const doubles = Array.from({ length: 40 }, () => address("172.17.0.1"));
      const rest = [
        ...[address("192.168.1.10"), address("2001:db8::1"), address("203.0.113.7", { local: false })],
        address("198.51.100.9", { local: false, relay: true }),
      ];
      const server = { clientIdentifier: "a", provides: "server", connections: [...bridges, ...doubles, ...rest] };
      const { connections } = readServers([server])[0]!;
      assert.equal(connections.length, 32);
      const kept = connections.map((connection) => connection.address);
      for (const { address: ip } of rest) assert.ok(kept.includes(ip), ip);
      assert.equal(new Set(kept).size, 32);
      assert.equal(connections.at(-1)!.relay, true, "in order of preference");
    });

    it("are tried in the long form of their IPv6 names too", () => {
      const name = (label: string) => `https://${label}.${"0".repeat(32)}.plex.direct:32400`;
      const [short, long] = [name("2001-db8--1"), name("2001-0db8-0000-0000-0000-0000-0000-0001")];
      for (const [told, other] of [
        [short, long],
        [long, short],
      ]) {
        const connection = { uri: told, protocol: "https", address: "2001:db8::1", port: 32400, local: false };
        const server = { clientIdentifier: "a", provides: "server", connections: [connection] };
        const uris = candidateConnections(readServers([server])[0]!).map(({ uri }) => uri);
        assert.deepEqual(uris, [told, other]);
      }
    });

    it("can be looked up", async () => {
      const servers = await plexTv.getResources(token);
      assert.equal(findServer(servers, simulator.machineIdentifier).name, "Living Room");
      assert.throws(() => findServer(servers, "nosuch"), { code: "not-found" });
    });

    it("are tried over plain http too where they are local and allow it", () => {
      const address = (more: object) => ({ address: "10.0.0.2", port: 32400, protocol: "https", local: true, ...more });
      const connections = [
        address({ uri: "https://10-0-0-2.h.plex.direct:32400" }),
        address({ uri: "https://2001-db8--1.h.plex.direct:32400", address: "2001:db8::1" }),
        address({ uri: "https://2-2-2-2.h.plex.direct:32400", address: "2.2.2.2", local: false }),
        address({ uri: "https://3-3-3-3.h.plex.direct:8443", address: "3.3.3.3", local: false, relay: true }),
      ];
      const uris = (httpsRequired: boolean) => {
        const server = { clientIdentifier: "a", provides: "server", httpsRequired, connections };
        return candidateConnections(readServers([server])[0]!).map(({ uri }) => uri);
      };
      const told = connections.map((connection) => (connection as unknown as { uri: string }).uri);
      assert.deepEqual(uris(true), told);
      const plain = ["http://10.0.0.2:32400", "http://[2001:db8::1]:32400"];
      assert.deepEqual(uris(false), [...told.slice(0, 2), ...plain, ...told.slice(2)]);
      const linkLocal = [address({ uri: "https://fe80--1.h.plex.direct:32400", address: "fe80::1" })];
      const server = { clientIdentifier: "a", provides: "server", connections: linkLocal };
      assert.equal(candidateConnections(readServers([server])[0]!).length, 1, "no URL can hold its zone");
    });
  });

  describe("the account's providers", () => {
    it("are read from a bare list and from a MediaContainer", async () => {
      const entries = [{ identifier: "tv.plex.provider.discover", title: "Discover", baseURL: "https://x" }, {}];
      const expected = [{ identifier: "tv.plex.provider.discover", name: "Discover" }];
      assert.deepEqual(readProviders(entries), expected);
      assert.deepEqual(readProviders({ MediaContainer: { MediaProvider: entries[0] } }), expected);
      const xml =
        '<MediaContainer><MediaProvider identifier="tv.plex.provider.discover" title="Discover"/></MediaContainer>';
      assert.deepEqual(readProviders(parseXml(xml)), expected);
      simulator.fault(faults.json(entries));
      assert.deepEqual(await plexTv.getProviders(token), expected);
      assert.equal(simulator.requests[0]!.url, "/media/providers");
      assert.equal(simulator.requests[0]!.headers["x-plex-token"], token);
    });
  });
});
