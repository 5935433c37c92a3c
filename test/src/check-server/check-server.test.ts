import assert from "node:assert/strict";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { after, afterEach, before, describe, it } from "mocha";
import { certificates, faults, startSimulator, type Simulator } from "../../../simulator";
import {
  type CheckedServer,
  type CheckFailure,
  type CheckOptions,
  checkServer,
} from "../../../src/check-server/check-server";
import { composePlexDirectUrls, inspectTls } from "../../../src/check-server/plex-direct";
import { plexDirect } from "../../../testing/http/plex-direct-certificate";

const token = "canary-account-token";
const hash = "0123456789abcdef0123456789abcdef";

function checkedOf(result: CheckedServer | CheckFailure): CheckedServer {
  assert.ok(!("error" in result), "error" in result ? result.error.message : "");
  return result;
}

function failureOf(result: CheckedServer | CheckFailure): CheckFailure {
  assert.ok("error" in result, JSON.stringify(result));
  return result;
}

describe("checkServer", () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator({ token });
  });
  after(() => simulator.close());
  afterEach(() => {
    simulator.clearFaults();
    simulator.requests.length = 0;
  });

  const check = (options: Partial<CheckOptions> = {}) =>
    checkServer({ url: simulator.url, token, clientIdentifier: "client-1", timeout: 2_000, ...options });

  it("tells who the server is, and that the token is good and mints", async () => {
    const { server, mints, latency } = checkedOf(await check());
    assert.deepEqual(server, {
      name: "Living Room",
      version: "1.43.4.10903-e5521bd8c",
      claimed: true,
      machineIdentifier: simulator.machineIdentifier,
    });
    assert.equal(mints, true);
    assert.ok(latency >= 0 && latency < 2_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(simulator.openSockets(), 0);
  });

  it("asks who the server is without the token, and in no URL", async () => {
    await check();
    const [identity, ...others] = simulator.requests;
    assert.deepEqual([identity!.url, identity!.headers["x-plex-token"]], ["/identity", undefined]);
    assert.deepEqual(
      others.map(({ headers }) => headers["x-plex-token"]),
      [token, token],
    );
    assert.ok(simulator.requests.every(({ url }) => !url.includes("canary")));
  });

  it("sends the token to nothing that is no Plex Media Server", async () => {
    for (const fault of [
      faults.html(),
      faults.json({ MediaContainer: {} }),
      faults.redirect("http://h"),
      faults.status(502),
    ]) {
      simulator.fault(fault);
      failureOf(await check());
    }
    assert.ok(simulator.requests.every(({ headers }) => headers["x-plex-token"] === undefined));
  });

  it("works under a base path, with a pasted token, and with a server that mints by GET alone", async () => {
    const other = await startSimulator({ token, basePath: "/plex", methods: ["GET"] });
    const result = checkedOf(await check({ url: ` ${other.url}/ `, token: `X-Plex-Token=${token}` }));
    assert.equal(result.mints, true);
    await other.close();
  });

  it("knows that /identity proves nothing: 401 and 422 of a token", async () => {
    const { error, detail } = failureOf(await check({ token: "wrong" }));
    assert.deepEqual([error.code, detail], ["unauthorized", undefined]);
    assert.doesNotMatch(error.message, /wrong/);
    simulator.fault(faults.status(422), { path: /^\/(security\/token)?$/, times: 2 });
    assert.equal(failureOf(await check()).error.code, "unauthorized");
  });

  it("believes the token where it counts, not where a network is let in without one", async () => {
    simulator.fault(faults.status(400), { path: "/security/token" });
    assert.equal(failureOf(await check()).error.code, "bad-request");
    simulator.fault(faults.status(401), { path: "/" });
    const behindProxy = checkedOf(await check());
    assert.deepEqual([behindProxy.mints, behindProxy.server.name], [true, simulator.machineIdentifier]);
  });

  it("tells a good token that cannot mint", async () => {
    for (const status of [403, 404]) {
      simulator.fault(faults.status(status), { path: "/security/token", times: 2 });
      assert.equal(checkedOf(await check()).mints, false, String(status));
      simulator.clearFaults();
    }
  });

  it("recognises a transient token, and that it works", async () => {
    const minted = await fetch(`${simulator.url}/security/token?type=delegation&scope=all`, {
      headers: { "X-Plex-Token": token, Accept: "application/json" },
    });
    const { MediaContainer } = (await minted.json()) as { MediaContainer: { token: string } };
    const { error, detail, server, mints } = failureOf(await check({ token: MediaContainer.token }));
    assert.deepEqual([error.code, detail, server?.name, mints], ["forbidden", "transient-token", "Living Room", false]);
    assert.doesNotMatch(`${JSON.stringify(error)} ${error.message}`, /transient-[0-9a-f]{8}/);
  });

  it("recognises a claim token before anything is sent", async () => {
    for (const claim of ["claim-abc", "X-Plex-Token=claim-abc"]) {
      const { error, detail } = failureOf(await check({ token: claim }));
      assert.deepEqual([error.code, detail], ["not-configured", "claim-token"]);
    }
    assert.equal(simulator.requests.length, 0);
  });

  it("tells what is missing in the settings", async () => {
    for (const options of [{ url: "" }, { url: "plex" }, { token: "" }, { clientIdentifier: "" }]) {
      assert.equal(failureOf(await check(options)).error.code, "not-configured");
    }
  });

  it("says of a path that knows no /identity that it may be the wrong base path", async () => {
    simulator.fault(faults.status(404), { path: "/identity" });
    const { error, detail } = failureOf(await check());
    assert.deepEqual([error.code, detail], ["not-found", "base-path"]);
    // The server itself asks for a token below a path that it does not know.
    assert.equal(failureOf(await check({ url: `${simulator.url}/plexx` })).detail, "base-path");
    simulator.fault(faults.status(401), { path: "/identity" });
    assert.equal(failureOf(await check()).detail, undefined, "there is no path that could be wrong");
    // Past that, it is the server that does not know something.
    simulator.fault(faults.status(404), { path: /^\/(security\/token)?$/, times: 3 });
    assert.equal(failureOf(await check()).detail, undefined);
  });

  it("names where a redirect leads to", async () => {
    simulator.fault(faults.redirect("https://plex.example:8443/plex/identity"));
    const { error } = failureOf(await check());
    assert.equal(error.redirectTarget, "https://plex.example:8443");
    assert.match(error.hint, /enter https:\/\/plex\.example:8443 as the start/);
  });

  it("tells time-outs, and ends on a signal", async () => {
    simulator.fault(faults.hang(), { times: 2 });
    assert.equal(failureOf(await check({ timeout: 50 })).error.code, "timeout");
    await assert.rejects(check({ signal: AbortSignal.timeout(30) }), { code: "cancelled" });
  });

  it("tells an unclaimed server", async () => {
    const { machineIdentifier } = simulator;
    simulator.fault(faults.json({ MediaContainer: { machineIdentifier, claimed: false } }), { path: "/identity" });
    simulator.fault(faults.status(401), { path: "/security/token" });
    const { server, mints } = checkedOf(await check());
    assert.deepEqual([server.claimed, server.version, mints], [false, null, false]);
  });

  describe("with the certificates of Plex", () => {
    let secure: Simulator;
    before(async () => {
      secure = await startSimulator({ token, tls: plexDirect });
    });
    after(() => secure.close());

    const portOf = (url: string) => new URL(url).port;

    it("offers the plex.direct address for https by a bare IP", async () => {
      for (const tls of [{ ca: plexDirect.cert }, {}]) {
        const { error, detail, suggestion } = failureOf(await check({ url: secure.url, tls }));
        assert.deepEqual([error.code, detail], ["tls", "certificate-name"]);
        assert.equal(suggestion, `https://127-0-0-1.${hash}.plex.direct:${portOf(secure.url)}`);
      }
      assert.equal(secure.requests.length, 0);
    });

    it("offers it for http where secure connections are required, in whatever way http ends", async () => {
      const url = secure.url.replace("https:", "http:");
      const { error, detail, suggestion } = failureOf(await check({ url: `${url}/base` }));
      assert.deepEqual([error.code, detail], ["unreachable", "secure-required"]);
      assert.equal(suggestion, `https://127-0-0-1.${hash}.plex.direct:${portOf(secure.url)}/base`);
    });

    it("offers the same name over https where the certificate is good for it", async () => {
      const { ca, server } = certificates();
      const named = await startSimulator({ tls: server });
      const url = `http://localhost:${portOf(named.url)}`;
      const { detail, suggestion } = failureOf(await check({ url, tls: { ca } }));
      assert.deepEqual([detail, suggestion], ["secure-required", `https://localhost:${portOf(named.url)}`]);
      const unknown = failureOf(await check({ url }));
      assert.deepEqual([unknown.detail, unknown.suggestion], ["secure-required", undefined]);
      await named.close();
    });

    it("tells a certificate of another name without an address to offer, and one that nobody trusts", async () => {
      const { ca, wrongName, server } = certificates();
      const wrong = await startSimulator({ tls: wrongName });
      const misnamed = failureOf(await check({ url: wrong.url, tls: { ca } }));
      assert.deepEqual(
        [misnamed.error.code, misnamed.detail, misnamed.suggestion],
        ["tls", "certificate-name", undefined],
      );
      await wrong.close();
      const unknown = await startSimulator({ tls: server });
      const untrusted = failureOf(await check({ url: unknown.url }));
      assert.deepEqual([untrusted.error.code, untrusted.detail], ["tls", undefined]);
      await unknown.close();
    });

    it("says nothing of TLS where there is none, or behind a proxy", async () => {
      simulator.fault(faults.reset());
      assert.equal(failureOf(await check()).detail, undefined);
      const env = { http_proxy: simulator.url };
      const proxied = failureOf(await check({ url: secure.url.replace("https:", "http:"), proxy: { env } }));
      assert.equal(proxied.detail, undefined);
    });
  });
});

describe("inspectTls", () => {
  const listen = async (server: Server) => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it("sends nothing over the connection", async () => {
    let received = 0;
    const server = createTlsServer(plexDirect, (socket) => {
      socket.on("data", (data: Buffer) => {
        received += data.length;
      });
      socket.on("error", () => undefined);
    });
    const endpoint = await inspectTls({ url: await listen(server), timeout: 2_000 });
    assert.deepEqual(endpoint, { hash, address: "127.0.0.1", named: false, trusted: false });
    await new Promise((resolve) => server.close(resolve));
    assert.equal(received, 0);
  });

  it("gives up on what does not speak TLS: silence, rubbish, a closed port, a signal", async () => {
    const sockets = new Set<Socket>();
    const silent = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
    });
    const rude = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.resume().end("220 rubbish\r\n");
    });
    const url = await listen(silent);
    assert.equal(await inspectTls({ url, timeout: 50 }), null);
    assert.equal(await inspectTls({ url, timeout: 2_000, signal: AbortSignal.timeout(20) }), null);
    assert.equal(await inspectTls({ url, timeout: 2_000, signal: AbortSignal.abort() }), null);
    assert.equal(await inspectTls({ url: await listen(rude), timeout: 2_000 }), null);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    await new Promise((resolve) => rude.close(resolve));
    assert.equal(await inspectTls({ url, timeout: 2_000 }), null);
  });
});

describe("composePlexDirectUrls", () => {
  const endpoint = { hash, address: "10.0.0.9", named: false, trusted: false };

  it("puts the address before the certificate's name, of IPv6 in both forms", () => {
    const rows: [string, string[]][] = [
      ["http://10.0.2.123:32400", [`https://10-0-2-123.${hash}.plex.direct:32400`]],
      [
        "https://[2001:db8::1]:32400/base",
        ["2001-db8--1", "2001-0db8-0000-0000-0000-0000-0000-0001"].map(
          (label) => `https://${label}.${hash}.plex.direct:32400/base`,
        ),
      ],
      ["https://10.0.2.123", [`https://10-0-2-123.${hash}.plex.direct`]],
      ["http://10.0.2.123", [`https://10-0-2-123.${hash}.plex.direct:80`]],
      ["http://nas.local:32400", [`https://10-0-0-9.${hash}.plex.direct:32400`]],
      ["http://[::ffff:10.0.2.123]:32400", [`https://10-0-2-123.${hash}.plex.direct:32400`]],
      // No host name begins with a dash.
      ["http://[::1]:32400", [`https://0000-0000-0000-0000-0000-0000-0000-0001.${hash}.plex.direct:32400`]],
    ];
    for (const [url, expected] of rows) assert.deepEqual(composePlexDirectUrls(url, endpoint), expected, url);
  });

  it("composes nothing without such a certificate", () => {
    assert.deepEqual(composePlexDirectUrls("http://10.0.2.123:32400", { ...endpoint, hash: null }), []);
  });

  it("composes nothing for an address that no name can stand for", () => {
    for (const address of ["fe80::1a2b:3c4d%eth0", "fe80::1%4", "fe80::1", "febf::1", "2001:db8::1%eth0", "nas", ""]) {
      assert.deepEqual(composePlexDirectUrls("http://nas.local:32400", { ...endpoint, address }), [], address);
    }
  });
});
