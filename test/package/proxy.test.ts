import assert from "node:assert/strict";
import { certificates, type Simulator } from "../../simulator";
import { startConnectProxy, type ConnectProxy } from "../../testing/http/connect-proxy";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import { placed, route, server, tab, tokenNode, type FailureAnswer } from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const { ca, server: tls } = certificates();
const login = { username: "jo", password: "s3cret/&" };

/** Every variable that a case below sets, removed. */
const noVariables = Object.fromEntries(
  [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "npm_config_proxy",
    "npm_config_no_proxy",
  ].map((name) => [name, null]),
);

/** Whether a request passed through a proxy. */
interface Passage {
  readonly status: number;
  readonly tunnelled: boolean;
}

onEachRuntime("package: proxies", ({ start, simulate }) => {
  let plain: Simulator;
  let secure: Simulator;
  let proxy: ConnectProxy;
  let guarded: ConnectProxy;
  let nodeRed: NodeRedProcess;

  before(async () => {
    plain = await simulate();
    secure = await simulate({ tls });
    proxy = await startConnectProxy();
    guarded = await startConnectProxy(login);
    nodeRed = await start();
  });

  after(() => Promise.all([proxy.close(), guarded.close()]));

  const proxyNode = (id: string, url: string, noproxy: string[] = [], credentials?: object): FlowNode => ({
    id,
    type: "http proxy",
    name: "",
    url,
    noproxy,
    credentials: credentials ?? {},
  });

  /** Ours at /ours and the core http request node at /core, set up alike. */
  const deploySideBySide = (simulator: Simulator, proxyId = "", others: readonly FlowNode[] = []) => {
    const chosen = { proxy: proxyId, tls: simulator === secure ? "tls" : "" };
    const core = {
      id: "core",
      type: "http request",
      method: "GET",
      ret: "txt",
      url: `${simulator.url}/identity`,
      ...chosen,
    };
    return nodeRed.deploy([
      tab,
      { id: "tls", type: "tls-config", cert: "", key: "", ca: "", verifyservercert: true, credentials: { cadata: ca } },
      ...others,
      server(simulator.url, simulator.token, chosen),
      ...route("ours", tokenNode()),
      placed({ id: "core-in", type: "http in", url: "/core", method: "post", wires: [["core"]] }),
      placed({ ...core, wires: [["core-response"]] }),
      placed({ id: "core-response", type: "http response", headers: { "content-type": "text/plain" } }),
    ]);
  };

  const pass = async (path: string, through = proxy): Promise<Passage> => {
    const before = through.tunnels.length;
    const { status } = await nodeRed.post(path);
    return { status, tunnelled: through.tunnels.length > before };
  };

  /** What becomes of a request of ours, after the core node's has met the same. */
  const passAlike = async (through = proxy): Promise<Passage> => {
    const core = await pass("core", through);
    assert.deepEqual(await pass("ours", through), core);
    return core;
  };

  describe("by environment variables", () => {
    const portOf = ({ url }: Simulator) => new URL(url).port;

    const cases: readonly {
      readonly title: string;
      readonly target?: "https";
      readonly variables: () => Record<string, string>;
      readonly tunnelled: boolean;
    }[] = [
      { title: "none set", variables: () => ({}), tunnelled: false },
      { title: "http_proxy", variables: () => ({ http_proxy: proxy.url }), tunnelled: true },
      { title: "HTTP_PROXY", variables: () => ({ HTTP_PROXY: proxy.url }), tunnelled: true },
      {
        title: "http_proxy for https",
        target: "https",
        variables: () => ({ http_proxy: proxy.url }),
        tunnelled: false,
      },
      {
        title: "https_proxy for https",
        target: "https",
        variables: () => ({ https_proxy: proxy.url }),
        tunnelled: true,
      },
      { title: "https_proxy for http", variables: () => ({ https_proxy: proxy.url }), tunnelled: false },
      { title: "all_proxy", variables: () => ({ all_proxy: proxy.url }), tunnelled: true },
      { title: "ALL_PROXY for https", target: "https", variables: () => ({ ALL_PROXY: proxy.url }), tunnelled: true },
      { title: "npm_config_proxy", variables: () => ({ npm_config_proxy: proxy.url }), tunnelled: true },
      {
        title: "http_proxy without a scheme",
        variables: () => ({ http_proxy: proxy.url.replace("http://", "") }),
        tunnelled: true,
      },
      {
        title: "no_proxy with the host",
        variables: () => ({ http_proxy: proxy.url, no_proxy: "example.org,127.0.0.1" }),
        tunnelled: false,
      },
      {
        title: "NO_PROXY, separated by spaces",
        variables: () => ({ http_proxy: proxy.url, NO_PROXY: "example.org 127.0.0.1" }),
        tunnelled: false,
      },
      {
        title: "no_proxy with host and port",
        variables: () => ({ http_proxy: proxy.url, no_proxy: `127.0.0.1:${portOf(plain)}` }),
        tunnelled: false,
      },
      {
        title: "no_proxy with another port",
        variables: () => ({ http_proxy: proxy.url, no_proxy: "127.0.0.1:1" }),
        tunnelled: true,
      },
      {
        title: "no_proxy with the end of the name",
        variables: () => ({ http_proxy: proxy.url, no_proxy: ".0.0.1" }),
        tunnelled: false,
      },
      {
        title: "no_proxy with a wildcard",
        variables: () => ({ http_proxy: proxy.url, no_proxy: "*.0.1" }),
        tunnelled: false,
      },
      {
        title: "no_proxy with everything",
        variables: () => ({ http_proxy: proxy.url, no_proxy: "*" }),
        tunnelled: false,
      },
      {
        title: "no_proxy with another host",
        variables: () => ({ http_proxy: proxy.url, no_proxy: "27.0.0.1,example.org" }),
        tunnelled: true,
      },
      {
        title: "npm_config_no_proxy over no_proxy",
        variables: () => ({ http_proxy: proxy.url, no_proxy: "127.0.0.1", npm_config_no_proxy: "example.org" }),
        tunnelled: true,
      },
    ];

    for (const { title, target, variables, tunnelled } of cases) {
      it(`like the http request node: ${title}`, async () => {
        await nodeRed.setEnvironment({ ...noVariables, ...variables() });
        await deploySideBySide(target === "https" ? secure : plain);
        assert.deepEqual(await passAlike(), { status: 200, tunnelled });
      });
    }

    it("with a login in the URL", async () => {
      const { username, password } = login;
      const url = guarded.url.replace("//", `//${username}:${encodeURIComponent(password)}@`);
      await nodeRed.setEnvironment({ ...noVariables, http_proxy: url });
      await deploySideBySide(plain);
      assert.deepEqual(await pass("ours", guarded), { status: 200, tunnelled: true });
    });

    it("of the process as it was started, too", async () => {
      const other = await start({ env: { http_proxy: proxy.url } });
      await other.deploy([tab, server(plain.url, plain.token), ...route("ours", tokenNode())]);
      const before = proxy.tunnels.length;
      assert.equal((await other.post("ours")).status, 200);
      assert.deepEqual(proxy.tunnels.slice(before), [new URL(plain.url).host]);
    });
  });

  describe("by an http proxy node", () => {
    before(() => nodeRed.setEnvironment(noVariables));

    for (const scheme of ["http", "https"] as const) {
      it(`like the http request node (${scheme})`, async () => {
        await deploySideBySide(scheme === "https" ? secure : plain, "proxy", [proxyNode("proxy", proxy.url)]);
        assert.deepEqual(await passAlike(), { status: 200, tunnelled: true });
      });

      it(`with a login (${scheme})`, async () => {
        const node = proxyNode("proxy", guarded.url, [], login);
        await deploySideBySide(scheme === "https" ? secure : plain, "proxy", [node]);
        assert.deepEqual(await passAlike(guarded), { status: 200, tunnelled: true });
      });
    }

    it("with an exception for the server", async () => {
      await deploySideBySide(plain, "proxy", [proxyNode("proxy", proxy.url, ["example.org", "127.0.0.1"])]);
      assert.deepEqual(await passAlike(), { status: 200, tunnelled: false });
    });

    it("over the environment", async () => {
      await nodeRed.setEnvironment({ ...noVariables, http_proxy: "http://127.0.0.1:1", no_proxy: "127.0.0.1" });
      await deploySideBySide(plain, "proxy", [proxyNode("proxy", proxy.url)]);
      assert.deepEqual(await passAlike(), { status: 200, tunnelled: true });
    });

    it("that wants another login ends as unreachable, and nothing goes past it", async () => {
      const asked = plain.requests.length;
      await deploySideBySide(plain, "proxy", [proxyNode("proxy", guarded.url, [], { ...login, password: "wrong" })]);
      const { error } = (await nodeRed.post("ours")).body as FailureAnswer;
      assert.equal(error.code, "unreachable");
      assert.match(String(error.message), /^The proxy could not be reached or did not connect\. /);
      assert.equal(plain.requests.length, asked);
    });

    it("that is missing is named, and nothing goes past it", async () => {
      const asked = plain.requests.length;
      await deploySideBySide(plain, "of-nobody");
      const { error } = (await nodeRed.post("ours")).body as FailureAnswer;
      assert.equal(error.code, "not-configured");
      assert.match(String(error.message), /http proxy node .* is missing or disabled/);
      assert.equal(plain.requests.length, asked);
    });

    it("leaves no tunnel open when the nodes are gone", async () => {
      const own = await startConnectProxy();
      await deploySideBySide(secure, "proxy", [proxyNode("proxy", own.url)]);
      assert.deepEqual(await pass("ours", own), { status: 200, tunnelled: true });
      assert.equal(own.openSockets, 1);
      await nodeRed.deploy([tab]);
      await nodeRed.until(() => own.openSockets === 0, "the end of the tunnel", 2000);
      await own.close();
    });
  });
});
