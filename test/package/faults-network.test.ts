import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { certificates, faults, startSimulator, type Simulator } from "../../simulator";
import type { NodeRedProcess } from "../../testing/node-red/process";
import { AskingNodes, expectConnections, mostConnections, tlsNode } from "../../testing/node-red/asking-nodes";
import { forRequest, type Failure } from "../../testing/node-red/asking-outcomes";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const { ca, server: tls } = certificates();

/** Containers may come without it. */
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));

const trusting = tlsNode("trusting", ca);

const refused: Failure = {
  code: "unreachable",
  says: /^The server refused the connection\. See whether Plex Media Server is running and the port is right; 32400 is/,
  retryable: true,
};
const unknownName: Failure = {
  code: "unreachable",
  says: /^The server's name could not be found\. See whether the server URL is spelled right and this machine's DNS works/,
  retryable: true,
};
const unauthorized: Failure = { code: "unauthorized", says: /new X-Plex-Token/, statusCode: 401 };
const notFound = forRequest(
  { code: "not-found", says: /See whether the path is right, and whether what it names/, statusCode: 404 },
  { code: "not-found", says: /See whether .* the server URL are right/, statusCode: 404 },
);
const brokenOff: Failure = { code: "unreachable", says: /ended before the answer was whole\. /, retryable: true };

onEachRuntime("package: faults on the way", ({ start, simulate }) => {
  let nodeRed: NodeRedProcess;
  let nodes: AskingNodes;
  let simulator: Simulator;

  before(async () => {
    nodeRed = await start();
    nodes = new AskingNodes(nodeRed);
    simulator = await simulate();
    await nodes.deploy(simulator);
    await nodes.expectResults();
  });

  /** The server as it is found under another URL. */
  const at = (url: string, { token, sharedServer } = simulator) => ({ url, token, sharedServer });

  const expectRefusal = async (host: string) => {
    const gone = await startSimulator({ host });
    await gone.close();
    await nodes.deploy(at(gone.url));
    await nodes.expectOutcomes(refused);
  };

  describe("to nobody", () => {
    it("unreachable: a port at which nothing listens", () => expectRefusal("127.0.0.1"));

    it("unreachable: a name that DNS does not know", async () => {
      // A resolver may take longer than any server here.
      await nodes.deploy(at("http://plex.invalid:32400"), { timeout: 10_000 });
      await nodes.expectOutcomes(unknownName);
    });
  });

  (hasIpv6 ? describe : describe.skip)("by IPv6", () => {
    for (const [scheme, options] of Object.entries({ http: {}, https: { tls } })) {
      it(`${scheme}://[::1], right and wrong answers`, async () => {
        const six = await simulate({ host: "::1", ...options });
        assert.match(six.url, new RegExp(`^${scheme}://\\[::1\\]:\\d+$`));
        await nodes.deploy(six, { tls: "trusting" }, [trusting]);
        await nodes.expectResults();
        await expectConnections(six, "kept");
        six.fault(faults.status(401), { times: mostConnections });
        await nodes.expectOutcomes(unauthorized);
        six.fault(faults.reset(), { times: Infinity });
        await nodes.expectOutcomes(brokenOff);
        await expectConnections(six, "ended");
      });
    }

    it("unreachable: a port at which nothing listens", () => expectRefusal("::1"));
  });

  describe("with a base path, as behind a reverse proxy", () => {
    let based: Simulator;

    before(async () => {
      based = await simulate({ basePath: "/plex" });
    });

    for (const tail of ["", "/", "//", "/web/index.html#!/"]) {
      it(`result: /plex${tail}`, async () => {
        await nodes.deploy(at(based.url + tail, based));
        const before = based.requests.length;
        await nodes.expectResults();
        const paths = based.requests.slice(before).map(({ url }) => url.replace(/\?.*/, ""));
        assert.deepEqual(
          new Set(paths),
          new Set(["/plex/security/token", "/plex/security/resources", "/plex/library/sections"]),
        );
      });
    }

    for (const path of ["", "/PLEX", "/plex/plex", "/plex/security"]) {
      it(`not-found: ${path || "no path"}`, async () => {
        await nodes.deploy(at(new URL(based.url).origin + path, based));
        await nodes.expectOutcomes(notFound);
        await expectConnections(based, "kept");
      });
    }

    it("server-error: a proxy whose server is down", async () => {
      await nodes.deploy(based);
      based.fault(faults.status(502, { body: "<html><center>nginx</center></html>" }), { times: mostConnections });
      const says = /behind a reverse proxy, see whether the proxy can reach it/;
      await nodes.expectOutcomes({ code: "server-error", says, statusCode: 502, retryable: true });
    });
  });

  describe("to a server that restarts", () => {
    const machine = { machineIdentifier: "a".repeat(40), sharedMachineIdentifier: "b".repeat(40), token: "owner" };
    let port: number;
    let running: Simulator;

    const boot = async () => {
      running = await simulate({ ...machine, port });
    };

    beforeEach(async () => {
      port = 0;
      await boot();
      port = Number(new URL(running.url).port);
    });

    it("between two requests: no failure, and no attempt counts", async () => {
      await nodes.deploy(running);
      await nodes.expectResults();
      await running.close();
      await boot();
      await nodes.expectResults();
      assert.equal(running.requests.length, mostConnections);
    });

    it("while it is asked, and stays down: a failure of each", async () => {
      await nodes.deploy(running);
      running.fault(faults.hang(), { times: Infinity });
      const asked = nodes.ask();
      await nodeRed.until(() => running.requests.length === mostConnections, "the requests");
      await running.close();
      await nodes.expectOutcomes(brokenOff, asked);
    });

    it("while it is asked, and comes back: no failure", async () => {
      await nodes.deploy(running, { retries: 4 });
      running.fault(faults.hang(), { times: Infinity });
      const asked = nodes.ask();
      await nodeRed.until(() => running.requests.length === mostConnections, "the requests");
      await running.close();
      await boot();
      await nodes.expectResults(asked);
    });

    it("while a retry waits: no failure", async () => {
      await nodes.deploy(running, { retries: 4 });
      running.fault(faults.status(503, { retryAfter: 1 }), { times: mostConnections });
      const asked = nodes.ask();
      await nodeRed.until(() => running.requests.length === mostConnections, "the first attempts");
      await running.close();
      await boot();
      await nodes.expectResults(asked);
      assert.equal(running.requests.length, mostConnections);
    });
  });

  describe("all in all", () => {
    it("leave nothing behind", async () => {
      await nodes.expectNothingMore(simulator);
    });
  });
});
