import assert from "node:assert/strict";
import type { Agent } from "node:http";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, describe, it } from "mocha";
import { createAgent } from "../../../src/http";
import { loadGot } from "../../../src/http/request";
import { faults } from "../../../simulator";
import { recordingServers } from "../../../testing/http/recording-server";

const headers = { "user-agent": "test/1.0", "x-plex-token": "canary-token" };

/** Each option of the HTTP library that is not its default, by what would be otherwise without it. */
describe("what the HTTP library is told", () => {
  const startServer = recordingServers();
  const agents: Agent[] = [];

  afterEach(() => {
    for (const agent of agents.splice(0)) agent.destroy();
  });

  async function load(url: string, method: Parameters<typeof loadGot>[1] = "GET") {
    const agent = createAgent({ url, timeout: 2000 });
    agents.push(agent);
    return loadGot({ agent, headers, destination: { host: "127.0.0.1", secure: false, proxied: false } }, method);
  }

  /** Asks once, and waits for the end, whatever it is. */
  async function ask(url: string, own?: Readonly<Record<string, string>>) {
    const got = await load(url);
    const stream = own ? got(url, { headers: own }) : got(url);
    const chunks: Buffer[] = [];
    const told: string[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("redirect", () => told.push("redirect"));
    stream.on("retry", () => told.push("retry"));
    const error = await new Promise<Error | undefined>((resolve) => {
      stream.once("error", resolve);
      stream.once("end", () => {
        resolve(undefined);
      });
    });
    return { stream, error, told, status: stream.response?.statusCode, body: Buffer.concat(chunks) };
  }

  for (const status of [301, 302, 303, 307, 308]) {
    it(`a redirect is an answer like others: nobody is asked but the server (${status})`, async () => {
      const other = await startServer(faults.html());
      const server = await startServer(faults.redirect(other.url, status));
      const { status: answered, error, told } = await ask(server.url);
      assert.deepEqual([answered, error, told], [status, undefined, []]);
      assert.deepEqual([server.requests.length, other.requests.length], [1, 0]);
    });
  }

  it("no status is an error, and none lets it ask again by itself", async () => {
    for (const status of [400, 404, 408, 429, 500, 502, 503, 504, 521]) {
      const server = await startServer(faults.status(status));
      const { status: answered, error, told } = await ask(server.url);
      assert.deepEqual([answered, error, told, server.requests.length], [status, undefined, [], 1]);
    }
  });

  it("a connection that ends is told, and not tried again by it", async () => {
    const server = await startServer(faults.reset());
    const { error, told } = await ask(server.url);
    assert.match(String(error), /ECONNRESET|socket hang up/);
    assert.deepEqual([told, server.requests.length], [[], 1]);
  });

  it("of retries, it has nothing to copy into each request", async () => {
    const server = await startServer(faults.status(503));
    const { stream } = await ask(server.url);
    const { limit, methods, statusCodes, errorCodes } = stream.options.retry;
    assert.deepEqual([limit, methods, statusCodes, errorCodes], [0, [], [], []]);
  });

  it("a packed body stays as it is, and none is asked for", async () => {
    const packed = gzipSync("whole");
    const server = await startServer((_req, res) => {
      res.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed);
    });
    assert.deepEqual((await ask(server.url)).body, packed);
    assert.equal(server.requests[0]!.headers["accept-encoding"], undefined);
  });

  it("it has no name of its own: the client's is sent, or that of the request", async () => {
    const server = await startServer(faults.html());
    await ask(server.url);
    await ask(server.url, { "user-agent": "other/2.0" });
    assert.deepEqual(
      server.requests.map((request) => request.headers["user-agent"]),
      ["test/1.0", "other/2.0"],
    );
  });

  it("what all requests have, and with it the token, is sent, and not known to it", async () => {
    const server = await startServer(faults.reset());
    const { stream, error } = await ask(server.url);
    assert.equal(server.requests[0]!.headers["x-plex-token"], "canary-token");
    assert.doesNotMatch(inspect([stream.options.headers, error], { depth: 4 }), /canary-token/);
  });

  it("an empty body has a length, in place of chunks", async () => {
    const server = await startServer(faults.html());
    for (const method of ["POST", "PUT", "DELETE"] as const) {
      const stream = (await load(server.url, method))(server.url);
      stream.end().resume();
      await new Promise((resolve) => stream.once("end", resolve));
      const { "content-length": length, "transfer-encoding": encoding } = server.requests.at(-1)!.headers;
      assert.deepEqual([length, encoding], [method === "DELETE" ? undefined : "0", undefined], method);
    }
  });

  it("no setting of its cache is spread into the options of each request", async () => {
    const server = await startServer(faults.html());
    const { stream } = await ask(server.url);
    assert.deepEqual(stream.options.cacheOptions, {});
    assert.ok(!("shared" in stream.options.createNativeRequestOptions()));
  });
});
