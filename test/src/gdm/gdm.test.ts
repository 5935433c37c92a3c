import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "mocha";
import { startGdm, type GdmServer } from "../../../simulator";
import { findLocalServers, readGdmTargets } from "../../../src/gdm/gdm";
import { chooseAddresses, readGdmReply } from "../../../src/gdm/reply";

const host = "0123456789abcdef0123456789abcdef.plex.direct";
const server = (name: string, more: Partial<GdmServer> = {}): GdmServer => {
  return { name, port: 32400, machineIdentifier: `id-${name}`, host, ...more };
};

async function find(gdm: { host: string; port: number }, wait = 150) {
  return findLocalServers({ targets: [{ address: gdm.host, port: gdm.port }], wait });
}

const reply = (lines: readonly string[], status = "HTTP/1.0 200 OK") => Buffer.from([status, ...lines].join("\r\n"));

describe("chooseAddresses", () => {
  it("keeps the LAN's address of a server that answers from many bridges", () => {
    const bridges = Array.from({ length: 9 }, (_, i) => `172.${17 + i}.0.1`);
    const chosen = chooseAddresses(["127.0.0.1", ...bridges, "192.168.1.10", "10.0.0.2"]);
    assert.deepEqual(chosen, ["192.168.1.10", "10.0.0.2", "172.17.0.1", "172.18.0.1"]);
    assert.deepEqual(chooseAddresses(["127.0.0.1", "172.32.0.1"]), ["172.32.0.1", "127.0.0.1"]);
  });
});

describe("findLocalServers", () => {
  it("finds servers, with a name that holds colons, at the address that answered", async () => {
    const gdm = await startGdm({ servers: [server("a", { name: "Den: up: stairs" })] });
    const [found, ...others] = await find(gdm);
    await gdm.close();
    assert.equal(others.length, 0);
    assert.equal(found!.name, "Den: up: stairs");
    const both = { address: "127.0.0.1", port: 32400, local: true, relay: false };
    assert.deepEqual(found!.connections, [
      { ...both, protocol: "https", uri: `https://127-0-0-1.${host}:32400` },
      { ...both, protocol: "http", uri: "http://127.0.0.1:32400" },
    ]);
    assert.match(gdm.searches[0]!, /^M-SEARCH \* HTTP\/1\.\d\r\n\r\n$/);
  });

  it("tries a server that answers from many addresses at a few of them", async function () {
    // Linux and Windows answer from each address of 127.0.0.0/8; macOS has 127.0.0.1 alone.
    if (process.platform === "darwin") this.skip();
    const hosts = Array.from({ length: 7 }, (_, i) => `127.0.0.${i + 1}`);
    const all = await Promise.all(hosts.map((each) => startGdm({ host: each, servers: [server("a", { host: "" })] })));
    const targets = all.map((gdm) => ({ address: gdm.host, port: gdm.port }));
    const [found, ...others] = await findLocalServers({ targets, wait: 300 });
    await Promise.all(all.map((gdm) => gdm.close()));
    assert.equal(others.length, 0);
    const addresses = found!.connections.map(({ address }) => address);
    assert.equal(new Set(addresses).size, 4, addresses.join());
    assert.ok(addresses.every((address) => hosts.includes(address)));
  });

  it("composes no https address with a name that is not one of plex.direct", async () => {
    const gdm = await startGdm({ servers: [server("a", { host: "evil.example" })] });
    const [found] = await find(gdm);
    await gdm.close();
    assert.deepEqual(
      found!.connections.map(({ uri }) => uri),
      ["http://127.0.0.1:32400"],
    );
  });

  it("tells one server that answers several times once", async () => {
    const gdm = await startGdm({ servers: [server("a"), server("a"), server("b")] });
    const targets = [1, 2].map(() => ({ address: gdm.host, port: gdm.port }));
    const found = await findLocalServers({ targets, wait: 150 });
    await gdm.close();
    assert.deepEqual(found.map(({ name }) => name).sort(), ["a", "b"]);
    assert.equal(found[0]!.connections.length, 2);
  });

  it("survives whatever else a network sends", async () => {
    const noise = [
      "",
      "rubbish",
      randomBytes(1400),
      Buffer.alloc(1400, 0xff),
      "HTTP/1.0 404 Not Found\r\nResource-Identifier: x\r\nPort: 1",
      "HTTP/1.0 200 OK\r\n\r\n",
      "HTTP/1.0 200 OK\r\n__proto__: x\r\nconstructor: y\r\nResource-Identifier: \r\nPort: 99999\r\n",
      ...Array.from({ length: 200 }, (_, index) =>
        reply([`Resource-Identifier: flood-${index}`, "Port: 1"]).toString("latin1"),
      ),
    ];
    const gdm = await startGdm({ servers: [server("a")], noise: noise.slice(0, 7) });
    assert.deepEqual(
      (await find(gdm)).map(({ name }) => name),
      ["a"],
    );
    await gdm.close();
    const flood = await startGdm({ noise: noise.slice(7) });
    assert.equal((await find(flood)).length, 64);
    await flood.close();
  });

  it("finds nothing, and does not fail, where nothing can be sent or the search is aborted", async () => {
    const targets = [
      { address: "256.1.1.1", port: 1 },
      { address: "239.0.0.250", port: 70000 },
      { address: "239.0.0.250", port: 1, from: "203.0.113.1" },
    ];
    assert.deepEqual(await findLocalServers({ targets, wait: 10 }), []);
    const start = Date.now();
    assert.deepEqual(await findLocalServers({ targets: [], wait: 5_000, signal: AbortSignal.timeout(20) }), []);
    assert.deepEqual(await findLocalServers({ targets: [], wait: 5_000, signal: AbortSignal.abort() }), []);
    assert.ok(Date.now() - start < 1_000);
  });

  it("closes its socket", async () => {
    const countOpen = () => process.getActiveResourcesInfo().filter((name) => name === "UDPWrap").length;
    const before = countOpen();
    const targets = [{ address: "127.0.0.1", port: 9 }];
    assert.deepEqual(await findLocalServers({ targets, wait: 20 }), []);
    for (let i = 0; i < 100 && countOpen() > before; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(countOpen(), before);
  });
});

describe("readGdmReply", () => {
  const whole = [
    "Content-Type: plex/media-server",
    `Host: ${host}`,
    "Name: Den",
    "Port: 32400",
    "Resource-Identifier: abc",
  ];

  it("reads what Plex Media Server sends", () => {
    assert.deepEqual(readGdmReply(reply([...whole, "Version: 1.2.3", "Updated-At: 1"])), {
      machineIdentifier: "abc",
      name: "Den",
      port: 32400,
      host,
      version: "1.2.3",
    });
  });

  it("takes nothing but a whole answer of a server", () => {
    const answers = [
      reply(whole.map((line) => line.replace("plex/media-server", "plex/media-player"))),
      reply(whole, "HTTP/1.0 500 No"),
      reply(whole, "M-SEARCH * HTTP/1.0"),
      reply(whole.filter((line) => !line.startsWith("Port"))),
      reply(whole.filter((line) => !line.startsWith("Resource"))),
      reply(whole.map((line) => line.replace("abc", "a/../b"))),
      reply([...whole, `X: ${"x".repeat(5000)}`]),
    ];
    assert.deepEqual(
      answers.map(readGdmReply),
      answers.map(() => null),
    );
  });
});

describe("readGdmTargets", () => {
  it("reads addresses with and without a port, and leaves out what is none", () => {
    assert.equal(readGdmTargets(undefined), undefined);
    assert.deepEqual(readGdmTargets(["192.168.1.10", "127.0.0.1:5000", "host", "1.2.3:4", 7, "1.2.3.4:99999"]), [
      { address: "192.168.1.10", port: 32414 },
      { address: "127.0.0.1", port: 5000 },
    ]);
  });
});
