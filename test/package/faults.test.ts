import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { faults, type Fault, type Simulator } from "../../simulator";
import type { NodeRedProcess } from "../../testing/node-red/process";
import { AskingNodes, expectConnections, mostConnections } from "../../testing/node-red/asking-nodes";
import type { Failure } from "../../testing/node-red/asking-outcomes";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

interface Row {
  readonly title: string;
  readonly fault: Fault;
  readonly expected: Failure;
}

const brokenOff: Failure = {
  code: "unreachable",
  says: /ended before the answer was whole\. If Secure connections is set to Required .* use https:\/\//,
  retryable: true,
};

const ends: readonly Row[] = [
  { title: "a reset without an answer", fault: faults.reset(), expected: brokenOff },
  { title: "a reset in the body", fault: faults.resetInBody(), expected: brokenOff },
  { title: "the end without an answer", fault: faults.fin(), expected: brokenOff },
  { title: "the end in the status line", fault: faults.raw("HTTP/1.1 20"), expected: brokenOff },
  { title: "the end in the headers", fault: faults.raw("HTTP/1.1 200 OK\r\nContent-Le"), expected: brokenOff },
  { title: "the end in the body", fault: faults.finInBody(), expected: brokenOff },
  { title: "the end in a chunked body", fault: faults.finInChunkedBody(), expected: brokenOff },
];

const timedOut: Failure = {
  code: "timeout",
  says: /did not answer in time\. .* address is right, or allow more time in the plex-config node\./,
  retryable: true,
};

const silences: readonly Row[] = [
  { title: "no answer", fault: faults.hang(), expected: timedOut },
  { title: "half a status line", fault: faults.raw("HTTP/1.1 20", { keepOpen: true }), expected: timedOut },
  {
    title: "half of the headers",
    fault: faults.raw("HTTP/1.1 200 OK\r\nA: b\r\n", { keepOpen: true }),
    expected: timedOut,
  },
  {
    title: "an interim answer alone",
    fault: faults.raw("HTTP/1.1 103 Early Hints\r\n\r\n", { keepOpen: true }),
    expected: timedOut,
  },
  { title: "half of the body", fault: faults.hangInBody(), expected: timedOut },
  { title: "a body that drips", fault: faults.slowDrip(40), expected: timedOut },
];

const notTheServer = /\. See whether the server URL leads to a Plex Media Server and not to another program/;
const saying = (what: string): RegExp => new RegExp(`^${what}${notTheServer.source}`);
const longHeaders: Failure = {
  code: "invalid-response",
  says: saying("The headers of the answer are larger than Node.js reads"),
};
const notHttp: Failure = { code: "invalid-response", says: saying("What the server sent is not HTTP") };
const interim: Failure = {
  code: "invalid-response",
  says: saying("The server ended the connection after an interim answer"),
};

const nonsense: readonly Row[] = [
  { title: "the greeting of a mail server", fault: faults.notHttp(), expected: notHttp },
  { title: "a status that is no number", fault: faults.raw("HTTP/1.1 OK\r\n\r\n"), expected: notHttp },
  {
    title: "a length that is no number",
    fault: faults.raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
    expected: notHttp,
  },
  {
    title: "a chunk of no known length",
    fault: faults.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
    expected: notHttp,
  },
  { title: "headers of 64 KiB", fault: faults.oversizedHeaders(), expected: longHeaders },
  { title: "100 and the end", fault: faults.informational(100), expected: interim },
  { title: "102 and the end", fault: faults.informational(102), expected: interim },
  { title: "103 and the end", fault: faults.informational(103), expected: interim },
  { title: "101, another protocol", fault: faults.switchingProtocols(), expected: interim },
];

/** What becomes of connections that were kept open behind the answers to as many questions. */
const kept: readonly { readonly title: string; readonly fault: Fault; readonly pause: number }[] = [
  { title: "closes, as it has announced", fault: faults.announcedClose(), pause: 0 },
  { title: "has closed, as it had announced", fault: faults.announcedClose(), pause: 50 },
  { title: "closes, unannounced", fault: faults.closeAfterReply(), pause: 0 },
  { title: "has closed, unannounced", fault: faults.closeAfterReply(), pause: 50 },
  { title: "resets when the next request comes", fault: faults.deadSocketAfterReply(), pause: 0 },
];

onEachRuntime("package: faults of connections", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;
  let nodes: AskingNodes;

  before(async () => {
    simulator = await simulate();
    nodeRed = await start();
    nodes = new AskingNodes(nodeRed);
    await nodes.deploy(simulator);
    await nodes.expectResults();
  });

  afterEach(() => {
    simulator.clearFaults();
  });

  const provoke = ({ title, fault, expected }: Row) => {
    it(`${expected.code}: ${title}`, async () => {
      simulator.fault(fault, { times: Infinity });
      await nodes.expectOutcomes(expected);
      await expectConnections(simulator, "ended");
    });
  };

  describe("that end too early", () => {
    ends.forEach(provoke);
  });

  describe("that lead to something else", () => {
    nonsense.forEach(provoke);
  });

  describe("that go silent", () => {
    before(() => nodes.deploy(simulator, { timeout: 300 }));

    silences.forEach(provoke);
  });

  describe("that were kept, and that the server", () => {
    before(() => nodes.deploy(simulator));

    for (const { title, fault, pause } of kept) {
      it(`${title}: no failure`, async () => {
        simulator.fault(fault, { times: mostConnections });
        await nodes.expectResults();
        await sleep(pause);
        const before = simulator.requests.length;
        await nodes.expectResults();
        assert.equal(simulator.requests.length, before + mostConnections);
        await expectConnections(simulator, "kept");
      });
    }
  });

  describe("all in all", () => {
    it("leave nothing behind", async () => {
      await nodes.expectNothingMore(simulator);
    });
  });
});
