import assert from "node:assert/strict";
import { connect as connectTo, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, it } from "mocha";
import { certificates, startSimulator, type Simulator } from "../../../simulator";
import { PlexClient, type PlexClientOptions } from "../../../src";
import { inspectTls } from "../../../src/check-server/plex-direct";
import { loadHttpLibrary } from "../../../src/http/request";
import { ownNames } from "../../../testing/http/names";
import { startSilentPort, type SilentPort } from "../../../testing/http/silent-port";
import { rejectionOf } from "../../../testing/rejection";

const token = "canary-account-token";
const name = "localhost";
const { ca, server: tls } = certificates();

/** A server at the other address of the name: IPv6 where this machine has it. */
async function listenBeside(server: Server, port: number): Promise<string> {
  for (const host of ["::1", "127.0.0.2"]) {
    const listens = await new Promise<boolean>((resolve) => {
      server.once("error", () => {
        resolve(false);
      });
      server.listen(port, host, () => {
        resolve(true);
      });
    });
    if (listens) return host;
  }
  throw new Error("This machine has one loopback address alone.");
}

describe("a name with two addresses", () => {
  const give = ownNames();
  const clients: PlexClient[] = [];
  let simulator: Simulator;
  let silent: SilentPort;

  beforeEach(async () => {
    simulator = await startSimulator({ token });
    silent = await startSilentPort();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await silent.close();
    await simulator.close();
  });

  const portOf = ({ url }: Simulator) => Number(new URL(url).port);

  /** The port is one, so what answers at the second address passes on to the server. */
  async function serveBeside(): Promise<{ host: string; stop: () => void }> {
    const server = createServer((client) => {
      const target = connectTo(portOf(simulator), "127.0.0.1");
      for (const socket of [client, target]) {
        socket.on("error", () => {
          client.destroy();
          target.destroy();
        });
      }
      client.pipe(target).pipe(client);
    });
    const host = await listenBeside(server, silent.port);
    return { host, stop: () => server.close() };
  }

  const connect = (options: Partial<PlexClientOptions> = {}) => {
    const url = `http://${name}:${silent.port}`;
    const client = new PlexClient({ url, token, clientIdentifier: "x", timeout: 8000, retries: 0, ...options });
    clients.push(client);
    return client;
  };

  /** Answers after 600 ms, or a little later: the system asks again after a second. */
  const openLater = (target = portOf(simulator)) =>
    setTimeout(() => {
      silent.open(target);
    }, 600);

  it("is waited for as long as the timeout where one address is slow and the other refuses", async () => {
    for (const addresses of [
      ["127.0.0.1", "::1"],
      ["::1", "127.0.0.1"],
    ]) {
      give(name, addresses);
      const timer = openLater();
      assert.match((await connect().getTransientToken()).token, /^transient-/);
      clearTimeout(timer);
      await silent.close();
      silent = await startSilentPort();
    }
  });

  it("is reached by the address that answers where the other one is silent, and soon", async () => {
    const { host, stop } = await serveBeside();
    for (const addresses of [
      ["127.0.0.1", host],
      [host, "127.0.0.1"],
    ]) {
      give(name, addresses);
      const start = performance.now();
      assert.match((await connect().getTransientToken()).token, /^transient-/);
      assert.ok(performance.now() - start < 4000);
    }
    stop();
  });

  it("is a timeout where both are silent, and no sooner than the timeout", async () => {
    give(name, ["127.0.0.1", "127.0.0.1"]);
    const start = performance.now();
    const error = await rejectionOf(connect({ timeout: 1500 }).getTransientToken());
    assert.deepEqual([error.code, error.attempts], ["timeout", 1]);
    assert.ok(performance.now() - start > 1400, `${performance.now() - start} ms`);
  });

  it("tells of the address that has something to tell", async () => {
    await silent.close();
    // No TCP goes to the first.
    give(name, ["255.255.255.255", "127.0.0.1"]);
    const { message } = await rejectionOf(connect({ timeout: 4000 }).getTransientToken());
    assert.match(message, /^The server refused the connection/);
  });

  it("is found by a probe too", async () => {
    give(name, ["127.0.0.1", "::1"]);
    const [protocol, port] = ["http" as const, silent.port];
    const uri = `http://${name}:${port}`;
    simulator.setConnections("own", [{ protocol, address: name, port, uri, local: true, relay: false }]);
    const timer = openLater();
    const client = connect({ url: simulator.url });
    const { connection } = await client.getBestConnection(`server://${simulator.machineIdentifier}`);
    clearTimeout(timer);
    assert.equal(connection.uri, uri);
  });

  it("is looked at by the check of its certificate too, and asked over TLS", async () => {
    const secure = await startSimulator({ token, tls });
    give(name, ["127.0.0.1", "::1"]);
    const timer = openLater(portOf(secure));
    const url = `https://${name}:${silent.port}`;
    const endpoint = await inspectTls({ url, tls: { ca }, timeout: 8000 });
    clearTimeout(timer);
    assert.deepEqual(endpoint, { hash: null, address: "127.0.0.1", named: true, trusted: true });
    assert.match((await connect({ url, tls: { ca } }).getTransientToken()).token, /^transient-/);
    assert.equal((await rejectionOf(connect({ url }).getTransientToken())).code, "tls");
    await secure.close();
  });

  it("leaves nothing open when the client is closed meanwhile", async () => {
    give(name, ["127.0.0.1", "127.0.0.1"]);
    const countOpen = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
    const before = countOpen();
    const client = connect();
    await loadHttpLibrary();
    const asked = rejectionOf(client.getTransientToken());
    for (let i = 0; i < 200 && countOpen() < before + 2; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(countOpen(), before + 2);
    client.close();
    assert.equal((await asked).code, "cancelled");
    for (let i = 0; i < 50 && countOpen() > before; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(countOpen(), before);
  });
});
