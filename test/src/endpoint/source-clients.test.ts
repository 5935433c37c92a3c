import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SourceClients, type Via } from "../../../src/endpoint";
import { HttpClient, identityHeaders } from "../../../src/http";
import { faults } from "../../../simulator";
import { recordingServers } from "../../../testing/http/recording-server";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("SourceClients", () => {
  const startServer = recordingServers();

  function open({ url, token }: Via): HttpClient {
    const headers = identityHeaders({ clientIdentifier: "test-client" });
    return new HttpClient({ url, token, headers, timeout: 10_000, retries: 0, proxy: "" });
  }

  const ask = (client: HttpClient) =>
    client.request({ path: "/a", methods: ["GET"], read: (document: unknown) => document });

  it("closes the connections of a source that was idle for long enough, and opens them anew", async () => {
    const server = await startServer(faults.json({ a: 1 }));
    const sources = new SourceClients(open, 200);
    const via = { url: server.url, token: "transient-1" };
    await sources.use(via, ask);
    await pause(120);
    await sources.use(via, ask);
    await pause(120);
    assert.equal(server.openSockets, 1, "it was idle for less than that");
    await pause(200);
    assert.equal(server.openSockets, 0);
    await sources.use(via, ask);
    assert.equal(server.accepted, 2);
    sources.close();
  });

  it("closes none that is asked, however long that takes", async () => {
    const server = await startServer();
    server.answer = (req, res, proceed) => {
      faults.delay(300)(req, res, () => {
        faults.json({ a: 1 })(req, res, proceed);
      });
    };
    const sources = new SourceClients(open, 50);
    const via = { url: server.url, token: "transient-1" };
    const slow = sources.use(via, ask);
    await pause(100);
    const [one, two] = await Promise.all([slow, sources.use(via, ask)]);
    assert.deepEqual([one.value, two.value], [{ a: 1 }, { a: 1 }]);
    sources.close();
  });

  it("has no timer that keeps the process alive", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const server = await startServer(faults.json({ a: 1 }));
    const sources = new SourceClients(open);
    const before = timers();
    await sources.use({ url: server.url, token: "transient-1" }, ask);
    assert.equal(timers(), before);
    sources.close();
  });
});
