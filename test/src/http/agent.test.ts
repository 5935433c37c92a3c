import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { certificates, startSimulator } from "../../../simulator";
import { PlexClient, PlexError, type PlexClientOptions } from "../../../src";
import { startConnectProxy, type ConnectProxy } from "../../../testing/http/connect-proxy";

const token = "canary-account-token";
const { ca, server: tls } = certificates();

describe("through a proxy", () => {
  let proxy: ConnectProxy;

  beforeEach(async () => {
    proxy = await startConnectProxy();
  });
  afterEach(() => proxy.close());

  const connect = (options: Partial<PlexClientOptions> & { url: string }) =>
    new PlexClient({
      ...{ token, clientIdentifier: "x", timeout: 3000, retries: 0, tls: { ca } },
      proxy: { env: { http_proxy: proxy.url, https_proxy: proxy.url } },
      ...options,
    });

  for (const secure of [false, true]) {
    it(`an address of IPv6 is asked for in brackets, ${secure ? "with" : "without"} TLS`, async function () {
      const options = { token, host: "::1", ...(secure && { tls }) };
      const simulator = await startSimulator(options).catch(() => this.skip());
      const client = connect({ url: simulator.url });
      try {
        assert.match((await client.getTransientToken()).token, /^transient-/);
        assert.deepEqual(proxy.tunnels, [`[::1]:${new URL(simulator.url).port}`]);
      } finally {
        client.close();
        await simulator.close();
      }
    });
  }

  it("a login in the environment that is not encoded is taken as it stands", async () => {
    const login = { username: "jo", password: "50%zz" };
    const guarded = await startConnectProxy(login);
    const simulator = await startSimulator({ token });
    const env = { http_proxy: guarded.url.replace("http://", "http://jo:50%zz@") };
    const client = connect({ url: simulator.url, proxy: { env } });
    try {
      assert.match((await client.getTransientToken()).token, /^transient-/);
    } finally {
      client.close();
      await simulator.close();
      await guarded.close();
    }
  });

  it("and without one, a client certificate that cannot be read is told before anything is asked", () => {
    const unreadable = [{ cert: "none", key: "none" }, { pfx: Buffer.from("none") }, { key: "none" }];
    for (const [index, own] of unreadable.entries()) {
      const ways = [{}, { proxy: { env: {} } }];
      for (const way of ways) {
        assert.throws(
          () => connect({ url: "https://localhost:1", tls: { ca, ...own }, ...way }),
          (error) => error instanceof PlexError && error.code === "not-configured" && /key/.test(error.message),
          String(index),
        );
      }
    }
  });
});
