import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { inspect } from "node:util";
import { PlexClient, type PlexClientOptions } from "../../src";
import {
  certificates,
  faults,
  startSimulator,
  type Fault,
  type Simulator,
  type SimulatorOptions,
} from "../../simulator";
import { rejectionOf } from "../../testing/rejection";

const token = "canary-account-token";

describe("PlexClient", () => {
  let simulator: Simulator;
  const clients: PlexClient[] = [];

  async function start(options: SimulatorOptions = {}): Promise<void> {
    simulator = await startSimulator({ token, ...options });
  }

  function connect(options: Partial<PlexClientOptions> = {}): PlexClient {
    const client = new PlexClient({ url: simulator.url, token, clientIdentifier: "test-client", ...options });
    clients.push(client);
    return client;
  }

  beforeEach(() => start());

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await simulator.close();
  });

  async function restart(options: SimulatorOptions): Promise<void> {
    await simulator.close();
    await start(options);
  }

  describe("on the wire", () => {
    it("asks with POST, the token in its header alone, and exactly these headers", async () => {
      await connect().getTransientToken();
      const [request] = simulator.requests;
      assert.ok(request);
      assert.equal(`${request.method} ${request.url}`, "POST /security/token?type=delegation&scope=all");
      assert.deepEqual(Object.keys(request.headers).sort(), [
        "accept",
        "connection",
        "content-length",
        "host",
        "user-agent",
        "x-plex-client-identifier",
        "x-plex-device",
        "x-plex-device-name",
        "x-plex-platform",
        "x-plex-product",
        "x-plex-token",
        "x-plex-version",
      ]);
      assert.equal(request.headers.accept, "application/json");
      assert.equal(request.headers["x-plex-token"], token);
      assert.equal(request.headers["x-plex-client-identifier"], "test-client");
      assert.equal(request.headers["content-length"], "0");
    });

    it("asks for a source with GET, and with refresh only where it is wanted", async () => {
      const client = connect();
      await client.getSourceConnection(simulator.sharedServer);
      await client.getSourceConnection(simulator.sharedServer, { refresh: true });
      const source = encodeURIComponent(simulator.sharedServer);
      assert.deepEqual(
        simulator.requests.map(({ method, url }) => `${method} ${url}`),
        [`GET /security/resources?source=${source}`, `GET /security/resources?source=${source}&refresh=1`],
      );
    });

    it("keeps to a base path", async () => {
      await restart({ basePath: "/plex" });
      await connect().getTransientToken();
      assert.equal(simulator.requests[0]?.url, "/plex/security/token?type=delegation&scope=all");
    });

    for (const methodRefusal of [404, 405, 501] as const) {
      it(`goes on with GET where the server answers POST with ${methodRefusal}, and remembers it`, async () => {
        await restart({ methods: ["GET"], methodRefusal });
        const client = connect();
        await client.getTransientToken();
        await client.getTransientToken();
        assert.deepEqual(
          simulator.requests.map(({ method }) => method),
          ["POST", "GET", "GET"],
        );
      });
    }

    it("uses one connection for many questions", async () => {
      const client = connect();
      for (let count = 0; count < 5; count += 1) await client.getTransientToken();
      assert.equal(new Set(simulator.requests.map(({ remotePort }) => remotePort)).size, 1);
    });

    it("verifies TLS, and trusts the authority that it is given", async () => {
      const { ca, server, expired, wrongName } = certificates();
      for (const tls of [server, expired, wrongName]) {
        await restart({ tls });
        assert.equal((await rejectionOf(connect().getTransientToken())).code, "tls");
        assert.equal(simulator.requests.length, 0);
      }
      await restart({ tls: server });
      assert.match((await connect({ tls: { ca } }).getTransientToken()).token, /^transient-/);
      await restart({ tls: expired });
      const late = await rejectionOf(connect({ tls: { ca } }).getTransientToken());
      assert.match(late.message, /not valid at this time/);
      await restart({ tls: wrongName });
      const wrong = await rejectionOf(connect({ tls: { ca } }).getTransientToken());
      assert.match(wrong.hint, /plex\.direct/);
    });

    it("tells https to a port of http from a bad certificate", async () => {
      const error = await rejectionOf(connect({ url: simulator.url.replace("http:", "https:") }).getTransientToken());
      assert.equal(error.code, "tls");
      assert.match(error.hint, /^Use http:\/\/ in the server URL/);
    });

    it("tells http to a server that requires secure connections", async () => {
      simulator.fault(faults.reset(), { times: Infinity });
      const error = await rejectionOf(connect({ retries: 0 }).getTransientToken());
      assert.equal(error.code, "unreachable");
      assert.match(error.hint, /Secure connections is set to Required.*use https:\/\//);
    });
  });

  describe("again and again", () => {
    for (const status of [408, 429, 502, 503, 504, 520, 521, 522, 523, 524, 530]) {
      it(`tries again after ${status}`, async () => {
        simulator.fault(faults.status(status), { times: 2 });
        await connect().getTransientToken();
        assert.equal(simulator.requests.length, 3);
      });
    }

    for (const status of [400, 401, 403, 409, 418, 422, 500, 505, 525, 526]) {
      it(`does not after ${status}`, async () => {
        simulator.fault(faults.status(status), { times: Infinity });
        const error = await rejectionOf(connect().getTransientToken());
        assert.deepEqual([error.statusCode, error.attempts, error.retryable], [status, 1, false]);
        assert.equal(simulator.requests.length, 1);
      });
    }

    it("gives up after the retries, and counts the attempts", async () => {
      simulator.fault(faults.status(503), { times: Infinity });
      const error = await rejectionOf(connect({ retries: 1 }).getTransientToken());
      assert.deepEqual([error.code, error.attempts, error.retryable], ["server-error", 2, true]);
      assert.equal(simulator.requests.length, 2);
    });

    it("waits as long as Retry-After asks", async () => {
      simulator.fault(faults.status(429, { retryAfter: 1 }));
      await connect().getTransientToken();
      const [first, second] = simulator.requests;
      assert.ok(second!.time - first!.time >= 995, `${second!.time - first!.time} ms`);
    });

    it("does not wait for a Retry-After of more than 30 s", async () => {
      simulator.fault(faults.status(503, { retryAfter: 31 }));
      const error = await rejectionOf(connect().getTransientToken());
      assert.deepEqual([error.attempts, error.retryAfter, error.retryable], [1, 31, true]);
    });

    it("counts a GET that follows a POST as the same attempt", async () => {
      simulator.fault(faults.status(405), { method: "POST", times: Infinity });
      simulator.fault(faults.status(503), { method: "GET", times: Infinity });
      const error = await rejectionOf(connect({ retries: 1 }).getTransientToken());
      assert.equal(error.attempts, 2);
      assert.deepEqual(
        simulator.requests.map(({ method }) => method),
        ["POST", "GET", "POST", "GET"],
      );
    });

    it("takes a kept connection that the server had closed for no failure", async () => {
      const client = connect({ retries: 0 });
      simulator.fault(faults.deadSocketAfterReply(), { times: 8 });
      await Promise.all(Array.from({ length: 8 }, () => client.getTransientToken()));
      const tokens = await Promise.all(Array.from({ length: 8 }, () => client.getTransientToken()));
      assert.equal(new Set(tokens.map(({ token: each }) => each)).size, 8);
    });

    it("survives a server that restarts between questions", async () => {
      const client = connect({ retries: 0 });
      await client.getTransientToken();
      simulator.dropConnections();
      await client.getTransientToken();
    });
  });

  describe("in time", () => {
    const slow = { hang: faults.hang(), "hang in the body": faults.hangInBody(), drip: faults.slowDrip(50) };
    for (const [name, fault] of Object.entries(slow)) {
      it(`ends a ${name} as timeout`, async () => {
        simulator.fault(fault, { times: Infinity });
        const error = await rejectionOf(connect({ timeout: 100, retries: 1 }).getTransientToken());
        assert.deepEqual([error.code, error.attempts, error.retryable], ["timeout", 2, true]);
      });
    }

    it("lets the others wait when 32 hang, and ends their wait", async () => {
      simulator.fault(faults.hang(), { times: Infinity });
      const client = connect({ timeout: 200, retries: 0 });
      const errors = await Promise.all(Array.from({ length: 100 }, () => rejectionOf(client.getTransientToken())));
      assert.deepEqual(new Set(errors.map(({ code }) => code)), new Set(["timeout"]));
      const waited = errors.filter(({ attempts }) => attempts === 0);
      assert.ok(waited.length > 0);
      for (const { message, hint, retryable } of waited) {
        assert.match(message, /^The request found no turn in time/);
        assert.doesNotMatch(hint, /running|address/);
        assert.equal(retryable, true);
      }
      assert.ok(errors.filter(({ attempts }) => attempts === 1).length >= 32);
    });

    it("lets what an attempt was told count for more than the wait for the next", async () => {
      simulator.fault(faults.status(503), { times: 100 });
      simulator.fault(faults.hang(), { times: Infinity });
      const client = connect({ timeout: 400, retries: 1 });
      const errors = await Promise.all(Array.from({ length: 100 }, () => rejectionOf(client.getTransientToken())));
      const once = errors.filter(({ attempts }) => attempts === 1);
      assert.ok(once.length > 0, "all found a second turn");
      assert.deepEqual(
        new Set(once.map(({ code, statusCode }) => `${code} ${statusCode}`)),
        new Set(["server-error 503"]),
      );
    });

    describe("when the clock is set meanwhile, as on a Pi that learns the time after its start", () => {
      const { now } = Date;
      const setClock = () => (Date.now = () => now() + 3_600_000);
      afterEach(() => (Date.now = now));

      it("gives an attempt the rest of its time", async () => {
        const refuse: Fault = (...exchange) => {
          setClock();
          faults.status(405)(...exchange);
        };
        simulator.fault(refuse, { method: "POST" });
        const { token: got } = await connect({ timeout: 5000, retries: 0 }).getTransientToken();
        assert.match(got, /^transient-/);
      });

      it("lets the others wait as long as before", async () => {
        const busy: Fault = (...exchange) => {
          setTimeout(() => {
            faults.status(503)(...exchange);
          }, 100);
        };
        simulator.fault(busy, { times: 64 });
        simulator.fault(faults.delay(300), { times: Infinity });
        const client = connect({ timeout: 10_000 });
        const calls = Array.from({ length: 200 }, () => client.getTransientToken());
        const timer = setTimeout(setClock, 50);
        const outcomes = await Promise.allSettled(calls);
        clearTimeout(timer);
        assert.equal(outcomes.filter(({ status }) => status === "rejected").length, 0);
      });
    });

    it("never opens more than 32 connections, and loses nothing", async () => {
      const client = connect();
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, simulator.openSockets("own"))), 1);
      const tokens = await Promise.all(Array.from({ length: 500 }, () => client.getTransientToken()));
      clearInterval(watch);
      assert.equal(new Set(tokens.map(({ token: each }) => each)).size, 500);
      assert.ok(most <= 32, `${most} connections`);
    });
  });

  describe("when it is stopped", () => {
    it("ends a call as cancelled by its signal, in flight or between attempts", async () => {
      for (const fault of [faults.hang(), faults.status(503, { retryAfter: 20 })]) {
        simulator.fault(fault);
        const controller = new AbortController();
        const call = rejectionOf(connect().getTransientToken({ signal: controller.signal }));
        setTimeout(() => {
          controller.abort();
        }, 50);
        assert.equal((await call).code, "cancelled");
      }
    });

    it("ends all calls and connections when it is closed, and takes no more", async () => {
      simulator.fault(faults.hang(), { times: Infinity });
      const client = connect();
      const calls = Array.from({ length: 100 }, () => rejectionOf(client.getTransientToken()));
      await new Promise((resolve) => setTimeout(resolve, 100));
      client.close();
      const errors = await Promise.all(calls);
      assert.ok(errors.every(({ code }) => code === "cancelled"));
      assert.equal((await rejectionOf(client.getTransientToken())).code, "cancelled");
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(simulator.openSockets(), 0);
    });
  });

  it("shows its token to nobody", async () => {
    const client = connect();
    simulator.fault(faults.status(401));
    const error = await rejectionOf(client.getTransientToken());
    const shown = [client, error].flatMap((value) => [
      inspect(value, { depth: null, showHidden: true }),
      JSON.stringify(value),
      value instanceof Error ? (value.stack ?? "") : "",
    ]);
    assert.doesNotMatch(shown.join("\n"), /canary/);
    assert.equal("cause" in error, false);
  });
});
