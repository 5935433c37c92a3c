import assert from "node:assert/strict";
import { startSimulator, type Simulator, type SourceConnection } from "../../simulator";
import { ask, container } from "../../testing/http/ask";

const JSON_TYPE = { Accept: "application/json" };

interface Device {
  readonly name: string;
  readonly clientIdentifier: string;
  readonly accessToken: string;
  readonly Connection: readonly SourceConnection[];
}

describe("simulator: sources", () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator();
  });
  after(() => simulator.close());

  const resources = (query: string, headers: Record<string, string> = JSON_TYPE) =>
    ask(`${simulator.url}/security/resources${query}`, { headers: { "X-Plex-Token": simulator.token, ...headers } });
  const device = async (source: string) =>
    container(await resources(`?source=${encodeURIComponent(source)}`))["Device"] as Device;

  it("tells own server, shared server and provider: Device an object, Connection an array", async () => {
    for (const source of [simulator.ownServer, simulator.sharedServer, simulator.provider]) {
      const answer = container(await resources(`?source=${source}`));
      assert.equal(answer["size"], 1);
      const found = answer["Device"] as Device;
      assert.equal(source.replace(/^.*:\/\//, ""), found.clientIdentifier);
      assert.match(found.accessToken, /^transient-/);
      assert.ok(found.Connection.length >= 4);
      for (const connection of found.Connection) {
        assert.equal(typeof connection.port, "number");
        assert.equal(typeof connection.local, "boolean");
        assert.equal("relay" in connection, connection.relay === true);
      }
      assert.ok(found.Connection.some(({ relay }) => relay === true));
    }
  });

  it("says the same in XML with ones and zeros", async () => {
    const { body } = await resources(`?source=${simulator.sharedServer}`, {});
    assert.match(
      body,
      /<Device name="Attic" clientIdentifier="[0-9a-f]{40}" accessToken="transient-[^"]+"><Connection /,
    );
    assert.equal(body.match(/ local="1"/g)?.length, 2);
    assert.equal(body.match(/ local="0"/g)?.length, 2);
    assert.equal(body.match(/ relay="1"/g)?.length, 1);
    assert.equal(body.match(/ relay="/g)?.length, 1);
  });

  it("names one address of each source that answers as that source and plays with its access token", async () => {
    for (const source of [simulator.ownServer, simulator.sharedServer, simulator.provider]) {
      const { accessToken, clientIdentifier, Connection } = await device(source);
      const { uri } = Connection.find((connection) => connection.uri.startsWith("http://"))!;
      const identity = container(await ask(`${uri}/identity`, { headers: JSON_TYPE }));
      assert.equal(identity["machineIdentifier"], clientIdentifier);
      const part = `${uri}/library/parts/1/1767225600/file.wav?X-Plex-Token=`;
      assert.equal((await ask(part + accessToken)).status, 200);
      const isOwn = source === simulator.ownServer;
      assert.equal(
        (await ask(part + simulator.token)).status,
        isOwn ? 200 : 401,
        "tokens are good for one server only",
      );
    }
  });

  it("answers 404 for a source that it does not know, 400 for what is none", async () => {
    for (const source of ["server://0123456789abcdef", "provider://tv.plex.provider.nowhere"]) {
      assert.equal((await resources(`?source=${source}`)).status, 404);
    }
    for (const query of ["", "?source=", "?source=garbage", "?source=library://abc", "?source=server://"]) {
      const answer = await resources(query);
      assert.equal(answer.status, 400, query);
      assert.match(answer.body, /<h1>400 Bad Request<\/h1>/);
    }
  });

  it("takes refresh as 0 or 1 only, and GET only", async () => {
    const statuses: number[] = [];
    for (const refresh of ["0", "1", "2", "true", ""]) {
      statuses.push((await resources(`?source=${simulator.provider}&refresh=${refresh}`)).status);
    }
    assert.deepEqual(statuses, [200, 200, 400, 400, 400]);
    const post = await ask(`${simulator.url}/security/resources?source=${simulator.provider}`, {
      method: "POST",
      headers: { "X-Plex-Token": simulator.token },
    });
    assert.equal(post.status, 404);
  });

  it("may be asked with a transient token made from the owner's", async () => {
    const minted = await ask(`${simulator.url}/security/token?type=delegation&scope=all`, {
      headers: { ...JSON_TYPE, "X-Plex-Token": simulator.token },
    });
    const headers = { ...JSON_TYPE, "X-Plex-Token": String(container(minted)["token"]) };
    assert.equal((await resources(`?source=${simulator.provider}`, headers)).status, 200);
  });

  it("may not be asked at a server whose owner one is not", async () => {
    const { accessToken } = await device(simulator.sharedServer);
    const url = `${simulator.sharedUrl}/security/resources?source=${simulator.sharedServer}`;
    assert.equal((await ask(url, { headers: { "X-Plex-Token": accessToken } })).status, 403);
  });

  it("can be given other connections", async () => {
    const original = simulator.connections("shared");
    simulator.setConnections("shared", []);
    assert.deepEqual((await device(simulator.sharedServer)).Connection, []);
    simulator.setConnections("shared", original);
    assert.deepEqual((await device(simulator.sharedServer)).Connection, original);
  });
});
