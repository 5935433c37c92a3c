import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "node:net";
import { certificates, faults, type Fault, type Simulator } from "../../simulator";
import { startConnectProxy } from "../../testing/http/connect-proxy";
import type { NodeRedProcess } from "../../testing/node-red/process";
import { openRawPort } from "../../testing/http/raw-port";
import { AskingNodes, expectConnections, mostConnections, tlsNode } from "../../testing/node-red/asking-nodes";
import type { Failure } from "../../testing/node-red/asking-outcomes";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const { ca, server: tls } = certificates();

const trusting = tlsNode("trusting", ca);

const notConnected: Failure = {
  code: "unreachable",
  says: /^The proxy could not be reached or did not connect\. See whether the proxy is running and lets you through, or/,
  retryable: true,
};
const brokenOff: Failure = {
  code: "unreachable",
  says: /^The connection ended before the answer was whole\. See whether proxy and server are running\.$/,
  retryable: true,
};
const timedOut: Failure = {
  code: "timeout",
  says: /^The server did not answer in time\. See whether the server is running and the proxy lets you through, or allow/,
  retryable: true,
};
const cancelled: Failure = {
  code: "cancelled",
  says: /closed or deployed again\. Send the message again/,
  attempts: 0,
};
const notHttp: Failure = { code: "invalid-response", says: /^What the server sent is not HTTP\. / };

type Behaviour = (client: Socket) => unknown;

/** What the proxy does when it has been asked for a tunnel. */
const answering =
  (answer: string, then: Behaviour = () => undefined): Behaviour =>
  (client) =>
    client.once("data", () => client.write(answer, () => then(client)));

const established = "HTTP/1.1 200 Connection established\r\n\r\n";
const refusing = (status: string) => answering(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);

/** When a proxy can die that has opened a tunnel. */
const middles: Readonly<Record<string, Fault>> = {
  "before the answer": faults.hang(),
  "in the body": faults.hangInBody(),
};

interface Row {
  readonly title: string;
  readonly proxy: Behaviour;
  readonly failure: Failure;
}

const rows: readonly Row[] = [
  { title: "says nothing", proxy: () => undefined, failure: timedOut },
  { title: "says half a word", proxy: answering("HTTP/1.1 2"), failure: timedOut },
  { title: "closes at once", proxy: (client) => client.end(), failure: brokenOff },
  { title: "closes when it is asked for a tunnel", proxy: answering("", (client) => client.end()), failure: brokenOff },
  {
    title: "resets when it is asked",
    proxy: (client) => client.once("data", () => client.resetAndDestroy()),
    failure: brokenOff,
  },
  {
    title: "wants a login (407)",
    proxy: refusing("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic"),
    failure: notConnected,
  },
  { title: "forbids it (403)", proxy: refusing("403 Forbidden"), failure: notConnected },
  { title: "does not know how (405)", proxy: refusing("405 Method Not Allowed"), failure: notConnected },
  { title: "does not reach the server (502)", proxy: refusing("502 Bad Gateway"), failure: notConnected },
  { title: "gives the server up (504)", proxy: refusing("504 Gateway Timeout"), failure: notConnected },
  {
    title: "sends elsewhere (302)",
    proxy: refusing("302 Found\r\nLocation: http://login.example/"),
    failure: notConnected,
  },
  { title: "is none", proxy: answering("220 mail.example.org ESMTP\r\n"), failure: notHttp },
  { title: "opens a tunnel that leads nowhere", proxy: answering(established), failure: timedOut },
  {
    title: "opens a tunnel and closes it",
    proxy: answering(established, (client) => client.end()),
    failure: brokenOff,
  },
  {
    title: "opens a tunnel and closes it at the first word",
    proxy: answering(established, (client) => client.once("data", () => client.end())),
    failure: brokenOff,
  },
  {
    title: "opens a tunnel and resets it at the first word",
    proxy: answering(established, (client) => client.once("data", () => client.resetAndDestroy())),
    failure: brokenOff,
  },
];

onEachRuntime("package: faults of proxies", ({ start, simulate }) => {
  let servers: Record<"http" | "https", Simulator>;
  let nodeRed: NodeRedProcess;
  let nodes: AskingNodes;
  const closing: { close: () => Promise<void> }[] = [];

  before(async () => {
    servers = { http: await simulate(), https: await simulate({ tls }) };
    nodeRed = await start();
    nodes = new AskingNodes(nodeRed);
    await nodes.deploy(servers.http);
    await nodes.expectResults();
  });

  afterEach(async () => {
    for (const server of Object.values(servers)) server.clearFaults();
    await Promise.all(closing.splice(0).map((proxy) => proxy.close()));
  });

  const open = async (behaviour: Behaviour) => {
    const proxy = await openRawPort(behaviour);
    closing.push(proxy);
    return { ...proxy, url: `http://${proxy.address}` };
  };

  const openWorking = async () => {
    const proxy = await startConnectProxy();
    closing.push(proxy);
    return { url: proxy.url, close: proxy.close, openSockets: () => proxy.openSockets };
  };

  for (const way of ["an http proxy node", "the environment"]) {
    for (const scheme of ["http", "https"] as const) {
      describe(`told by ${way}, before a server of ${scheme}`, () => {
        const deploy = async ({ url }: { readonly url: string }, timeout = 5000) => {
          const variable = way === "the environment" ? url : null;
          await nodeRed.setEnvironment({ http_proxy: variable, https_proxy: variable });
          const chosen = { tls: "trusting", proxy: variable === null ? "proxy" : "" };
          const proxyNode = { id: "proxy", type: "http proxy", name: "", url, noproxy: [], credentials: {} };
          await nodes.deploy(servers[scheme], { ...chosen, timeout }, [trusting, proxyNode]);
        };

        for (const { title, proxy: behaviour, failure } of rows) {
          it(`${failure.code}: it ${title}`, async () => {
            const proxy = await open(behaviour);
            await deploy(proxy, failure.code === "timeout" ? 300 : 5000);
            await nodes.expectOutcomes(failure);
            await expectConnections(proxy, "ended");
          });
        }

        it("unreachable: nothing listens at its port", async () => {
          const proxy = await open(() => undefined);
          await proxy.close();
          await deploy(proxy);
          await nodes.expectOutcomes(notConnected);
        });

        it("result: it has closed the tunnels that were kept", async () => {
          const proxy = await openWorking();
          await deploy(proxy);
          await nodes.expectResults();
          await expectConnections(proxy, "kept");
          servers[scheme].dropConnections();
          await nodes.expectResults();
          await expectConnections(proxy, "kept");
        });

        for (const [title, fault] of Object.entries(middles)) {
          it(`unreachable: it dies ${title}`, async () => {
            const proxy = await openWorking();
            await deploy(proxy);
            servers[scheme].fault(fault, { times: Infinity });
            const before = servers[scheme].requests.length;
            const asked = nodes.ask();
            await nodeRed.until(() => servers[scheme].requests.length === before + mostConnections, "the requests");
            // What the server has sent so far is to arrive.
            await sleep(50);
            await proxy.close();
            await nodes.expectOutcomes(brokenOff, asked);
            await expectConnections(servers[scheme], "ended");
          });
        }
      });
    }
  }

  it("cancelled: the nodes end while a proxy says nothing", async () => {
    await nodeRed.setEnvironment({ http_proxy: null, https_proxy: null });
    const proxy = await open(() => undefined);
    const proxyNode = { id: "proxy", type: "http proxy", name: "", url: proxy.url, noproxy: [], credentials: {} };
    await nodes.deploy(servers.http, { proxy: "proxy", timeout: 20_000 }, [proxyNode]);
    const asked = nodes.ask();
    await nodeRed.until(() => proxy.openSockets() === mostConnections, "the connections");
    await nodes.deploy(servers.http, { proxy: "proxy", timeout: 19_000 }, [proxyNode], "nodes");
    await nodes.expectOutcomes(cancelled, asked);
    await expectConnections(proxy, "ended");
  });

  describe("all in all", () => {
    it("leave nothing behind", async () => {
      await nodes.expectNothingMore(servers.http, servers.https);
    });
  });
});
