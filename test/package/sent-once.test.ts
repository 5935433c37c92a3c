import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { certificates, faults, startSimulator, type Fault, type Simulator } from "../../simulator";
import { openRawPort, type RawPort } from "../../testing/http/raw-port";
import { tlsNode } from "../../testing/node-red/asking-nodes";
import { endingsOf, failuresOf, tell, withEndings } from "../../testing/node-red/endings";
import { requestNode, server, tab, type Properties } from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";

const { ca, server: certificate } = certificates();

/** Requests that hurt when they are done twice, one of them with a Catch node for its failures. */
const nodes: readonly Properties[] = [
  { id: "post", method: "POST" },
  { id: "caught-post", method: "POST" },
  { id: "put", method: "PUT" },
  { id: "delete", method: "DELETE" },
  { id: "player", player: "0123456789abcdef" },
];

const ids = nodes.map(({ id }) => String(id));

/** What happens to a request, and the code of the failure. */
const open: Readonly<Record<string, readonly [Fault, string]>> = {
  "503": [faults.status(503), "server-error"],
  "503 with a Retry-After of a second": [faults.status(503, { retryAfter: 1 }), "server-error"],
  "502 of a proxy": [faults.status(502), "server-error"],
  "521 of a proxy service": [faults.status(521), "server-error"],
  "429": [faults.status(429), "rate-limited"],
  "408": [faults.status(408), "http-error"],
  "a method that is not known": [faults.status(405), "http-error"],
  "a reset when it was read": [faults.reset(), "unreachable"],
  "the end when it was read": [faults.fin(), "unreachable"],
  "a reset in the answer": [faults.resetInBody(), "unreachable"],
  "the end in the answer": [faults.finInBody(), "unreachable"],
  "no answer in time": [faults.hang(), "timeout"],
  "half an answer in time": [faults.hangInBody(), "timeout"],
  "an interim answer and the end": [faults.informational(), "invalid-response"],
};

/**
 * What becomes of a connection behind the answer to a GET, while it is kept for the next request, and what comes of that:
 * where it comes out, and how often it arrives. One that meets the reset is not in the records of the server.
 */
const kept: readonly (readonly [title: string, fault: Fault, pause: number, at: string, arrivals: number])[] = [
  ["closes, as it has announced", faults.announcedClose(), 0, "result", 1],
  ["has closed, unannounced", faults.closeAfterReply(), 50, "result", 1],
  ["resets when the next request comes", faults.deadSocketAfterReply(), 0, "error", 0],
];

onEachRuntime("package: what plex-request must not do twice", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;
  const closing: RawPort[] = [];

  before(async () => {
    simulator = await simulate();
    nodeRed = await start();
  });

  afterEach(async () => {
    simulator.clearFaults();
    await Promise.all(closing.splice(0).map((port) => port.close()));
  });

  const flows = (url: string, properties: Properties = {}): FlowNode[] => [
    tab,
    server(url, simulator.token, { timeout: 1000, retries: 4, ...properties }),
    ...withEndings([...nodes, { id: "get" }].map(requestNode)),
  ];

  /** Asks with GET, so that a connection is kept, of which this becomes. */
  const keepConnection = async (fault: Fault, asked = simulator) => {
    asked.fault(fault);
    await tell(nodeRed, ["get"]);
    await nodeRed.until(() => nodeRed.messages.length === 1, "the answer to GET");
  };

  it("is a request that works", async () => {
    await nodeRed.deploy(flows(simulator.url));
    const before = simulator.requests.length;
    await tell(nodeRed, ids);
    assert.ok((await endingsOf(nodeRed, ids)).every(({ at }) => at === "result"));
    const methods = simulator.requests.slice(before).map(({ method }) => method);
    assert.deepEqual(methods.sort(), ["DELETE", "GET", "POST", "POST", "PUT"]);
  });

  describe("what may have arrived", () => {
    before(() => nodeRed.deploy(flows(simulator.url)));

    for (const [title, [fault, code]] of Object.entries(open)) {
      it(`${code}: ${title}`, async () => {
        simulator.fault(fault, { times: Infinity });
        const before = simulator.requests.length;
        await tell(nodeRed, ids);
        await failuresOf(nodeRed, ids, code);
        assert.equal(simulator.requests.length, before + ids.length);
      });
    }

    for (const [title, fault, pause, at, arrivals] of kept) {
      for (const id of ids.filter((each) => each !== "caught-post")) {
        it(`${id} over a connection that the server ${title}`, async () => {
          await keepConnection(fault);
          await sleep(pause);
          const before = simulator.requests.length;
          await tell(nodeRed, [id]);
          const [ending] = await endingsOf(nodeRed, [id]);
          assert.deepEqual([ending?.at, simulator.requests.length - before], [at, arrivals]);
        });
      }
    }

    for (const [title, fault, pause, at, arrivals] of kept) {
      it(`over https, over a connection that the server ${title}`, async () => {
        const secure = await simulate({ tls: certificate, token: simulator.token });
        await nodeRed.deploy([...flows(secure.url, { tls: "trusting" }), tlsNode("trusting", ca)]);
        await keepConnection(fault, secure);
        await sleep(pause);
        const before = secure.requests.length;
        await tell(nodeRed, ["post"]);
        const [ending] = await endingsOf(nodeRed, ["post"]);
        assert.deepEqual([ending?.at, secure.requests.length - before], [at, arrivals]);
        await nodeRed.deploy(flows(simulator.url));
      });
    }

    it("is told to be so, where nobody knows what the server made of it", async () => {
      await keepConnection(faults.deadSocketAfterReply());
      await tell(nodeRed, ["post"]);
      const [ending] = await endingsOf(nodeRed, ["post"]);
      assert.match(String(ending?.message), / See whether it was done all the same before you send it again, /);
    });

    it("over a connection that is reset before anything is read: no other one is opened", async () => {
      let connections = 0;
      const port = await openRawPort((socket) => {
        connections += 1;
        socket.resetAndDestroy();
      });
      closing.push(port);
      await nodeRed.deploy(flows(`http://${port.address}`));
      await tell(nodeRed, ids);
      await failuresOf(nodeRed, ids, "unreachable");
      assert.equal(connections, ids.length);
    });

    it("when the nodes are deployed anew meanwhile", async () => {
      await nodeRed.deploy(flows(simulator.url, { timeout: 20_000 }));
      simulator.fault(faults.hang(), { times: Infinity });
      const before = simulator.requests.length;
      await tell(nodeRed, ids);
      await nodeRed.until(() => simulator.requests.length === before + ids.length, "the requests");
      await nodeRed.deploy(flows(simulator.url), "nodes");
      await failuresOf(nodeRed, ids, "cancelled");
      assert.equal(simulator.requests.length, before + ids.length);
    });
  });

  describe("what cannot have arrived, at a port where nothing listens", () => {
    const deployGone = async (retries: number) => {
      const gone = await startSimulator();
      await gone.close();
      await nodeRed.deploy(flows(gone.url, { retries, timeout: 5000 }));
      return Number(new URL(gone.url).port);
    };

    it("is tried again, as often as plex-config says", async () => {
      await deployGone(2);
      await tell(nodeRed, ids);
      await failuresOf(nodeRed, ids, "unreachable");
      const attempts = nodeRed.messagesAt("error").map(({ msg }) => (msg.error as { attempts: number }).attempts);
      assert.deepEqual(attempts, [3, 3, 3, 3]);
    });

    it("arrives once when the server comes up", async () => {
      const port = await deployGone(20);
      await tell(nodeRed, ids);
      await sleep(400);
      const late = await simulate({ port, token: simulator.token });
      assert.ok((await endingsOf(nodeRed, ids)).every(({ at }) => at === "result"));
      assert.deepEqual(late.requests.map(({ method }) => method).sort(), ["DELETE", "GET", "POST", "POST", "PUT"]);
    });
  });
});
