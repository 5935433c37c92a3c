import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { startGdm, startSimulator, type Gdm } from "../../simulator";

/** Sends one datagram and collects what comes back within a while. */
async function search(gdm: Gdm, text: string, expected: number): Promise<string[]> {
  const socket = createSocket("udp4");
  const replies: string[] = [];
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 150);
    socket.on("message", (message) => {
      replies.push(message.toString());
      if (replies.length < expected) return;
      clearTimeout(timer);
      resolve();
    });
    socket.send(text, gdm.port, gdm.host);
  });
  socket.close();
  return replies;
}

describe("simulator: GDM", () => {
  const open: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T) => {
    open.push(one);
    return one;
  };
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

  it("answers a search with what the server is, for either version of HTTP", async () => {
    const simulator = keep(await startSimulator({ name: "Den: upstairs" }));
    const gdm = keep(await startGdm({ servers: [simulator.announcement] }));
    for (const version of ["1.0", "1.1"]) {
      const [reply] = await search(gdm, `M-SEARCH * HTTP/${version}\r\n\r\n`, 1);
      const [first, ...lines] = reply!.trimEnd().split("\r\n");
      assert.equal(first, "HTTP/1.0 200 OK");
      const values = new Map(lines.map((line) => line.split(/: (.*)/) as [string, string]));
      assert.equal(values.get("Content-Type"), "plex/media-server");
      assert.equal(values.get("Name"), "Den: upstairs");
      assert.equal(values.get("Port"), new URL(simulator.url).port);
      assert.equal(values.get("Resource-Identifier"), simulator.machineIdentifier);
      assert.match(values.get("Host")!, /^[0-9a-f]{32}\.plex\.direct$/);
      assert.match(values.get("Updated-At")!, /^\d+$/);
      assert.ok(values.has("Version"));
    }
    assert.equal(gdm.searches.length, 2);
  });

  it("answers for several servers, and with noise where asked", async () => {
    const server = (name: string) => ({ name, port: 32400, machineIdentifier: name });
    const gdm = keep(await startGdm({ servers: [server("a"), server("b")], noise: ["rubbish"] }));
    const replies = await search(gdm, "M-SEARCH * HTTP/1.0\r\n\r\n", 3);
    assert.deepEqual(replies.map((reply) => /Name: (.)/.exec(reply)?.[1] ?? reply).sort(), ["a", "b", "rubbish"]);
  });

  it("says nothing to anything else", async () => {
    const gdm = keep(await startGdm({ servers: [{ name: "a", port: 1, machineIdentifier: "a" }] }));
    assert.deepEqual(await search(gdm, "HELLO * HTTP/1.0\r\n\r\n", 1), []);
    assert.deepEqual(gdm.searches, []);
  });

  it("rejects when the port is taken", async () => {
    const gdm = keep(await startGdm());
    await assert.rejects(startGdm({ port: gdm.port }), { code: "EADDRINUSE" });
  });
});
