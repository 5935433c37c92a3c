import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { certificates, faults, type Fault, type Simulator, type SimulatorOptions } from "../../simulator";
import type { NodeRedProcess } from "../../testing/node-red/process";
import { openRawPort, type RawPort } from "../../testing/http/raw-port";
import { AskingNodes, expectConnections, mostConnections, tlsNode } from "../../testing/node-red/asking-nodes";
import type { Failure } from "../../testing/node-red/asking-outcomes";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const { ca, server: good, expired, wrongName, selfSigned } = certificates();

const tlsNodes = [tlsNode("trusting", ca), tlsNode("unchecked", "", { verifyservercert: false })];

const untrusted: Failure = {
  code: "tls",
  says: /not one that this machine trusts\. Add the certificate authority in a tls-config node, or use .*plex\.direct/,
};
const late: Failure = {
  code: "tls",
  says: /not valid at this time\. Renew the certificate, .* clocks of both machines/,
};
const misnamed: Failure = {
  code: "tls",
  says: /for another name than the one in the server URL\. Use .*\.plex\.direct/,
};
const noHandshake: Failure = {
  code: "tls",
  says: /^The TLS handshake with the server failed\. Use http:\/\/ .* does not speak https, or see the TLS settings/,
};
const useHttps: Failure = {
  code: "unreachable",
  says: /ended before the answer was whole\. If Secure connections is set to Required .* use https:\/\//,
  retryable: true,
};
const brokenOff: Failure = {
  code: "unreachable",
  says: /ended before the answer was whole\. See whether the server is running and speaks https at this port\.$/,
  retryable: true,
};
const timedOut: Failure = { code: "timeout", says: /^The server did not answer in time\. /, retryable: true };

interface Row {
  readonly title: string;
  readonly options: SimulatorOptions;
  /** The tls-config node; none unless told. */
  readonly tls?: "trusting" | "unchecked";
  /** What the server URL begins with in place of the right scheme. */
  readonly scheme?: "http" | "https";
  /** A result where there is none. */
  readonly failure?: Failure;
}

const rows: readonly Row[] = [
  { title: "an authority that nobody trusts", options: { tls: good }, failure: untrusted },
  { title: "that authority, trusted", options: { tls: good }, tls: "trusting" },
  { title: "a self-signed certificate", options: { tls: selfSigned }, failure: untrusted },
  {
    title: "a self-signed certificate, beside a trusted authority",
    options: { tls: selfSigned },
    tls: "trusting",
    failure: untrusted,
  },
  { title: "a self-signed certificate, unchecked", options: { tls: selfSigned }, tls: "unchecked" },
  { title: "an expired certificate", options: { tls: expired }, tls: "trusting", failure: late },
  { title: "a certificate for another name", options: { tls: wrongName }, tls: "trusting", failure: misnamed },
  { title: "TLS 1.0", options: { tls: good, tlsVersion: "TLSv1" }, tls: "trusting", failure: noHandshake },
  { title: "TLS 1.1", options: { tls: good, tlsVersion: "TLSv1.1" }, tls: "trusting", failure: noHandshake },
  {
    title: "TLS 1.1, unchecked",
    options: { tls: good, tlsVersion: "TLSv1.1" },
    tls: "unchecked",
    failure: noHandshake,
  },
  { title: "TLS 1.2", options: { tls: good, tlsVersion: "TLSv1.2" }, tls: "trusting" },
  { title: "http, asked by https", options: {}, scheme: "https", tls: "trusting", failure: noHandshake },
  { title: "https, asked by http", options: { tls: good }, scheme: "http", failure: useHttps },
];

/** What a port does to a client that wants to shake hands. */
const ports: readonly {
  readonly title: string;
  readonly take: (socket: Socket) => unknown;
  readonly failure: Failure;
}[] = [
  { title: "says nothing", take: (socket) => socket.resume(), failure: timedOut },
  { title: "closes at once", take: (socket) => socket.end(), failure: brokenOff },
  { title: "closes in the middle", take: (socket) => socket.once("data", () => socket.end()), failure: brokenOff },
  {
    title: "resets in the middle",
    take: (socket) => socket.once("data", () => socket.resetAndDestroy()),
    failure: brokenOff,
  },
  { title: "greets like a mail server", take: (socket) => socket.write("220 ready\r\n"), failure: noHandshake },
];

/** What happens behind a handshake that went well. */
const ends: Readonly<Record<string, Fault>> = {
  "a reset without an answer": faults.reset(),
  "a reset in the body": faults.resetInBody(),
  "the end without an answer": faults.fin(),
  "the end in the body": faults.finInBody(),
};

const kept: Readonly<Record<string, Fault>> = {
  "closes, as it has announced": faults.announcedClose(),
  "closes, unannounced": faults.closeAfterReply(),
  "resets when the next request comes": faults.deadSocketAfterReply(),
};

onEachRuntime("package: faults of TLS", ({ start, simulate }) => {
  let trusted: Simulator;
  let nodeRed: NodeRedProcess;
  let nodes: AskingNodes;

  before(async () => {
    trusted = await simulate({ tls: good });
    nodeRed = await start();
    nodes = new AskingNodes(nodeRed);
    await nodes.deploy(trusted, { tls: "trusting" }, tlsNodes);
    await nodes.expectResults();
  });

  afterEach(() => {
    trusted.clearFaults();
  });

  describe("in the handshake", () => {
    for (const { title, options, tls, scheme, failure } of rows) {
      it(`${failure?.code ?? "result"}: ${title}`, async () => {
        const simulator = await simulate(options);
        const { token, sharedServer } = simulator;
        const url = scheme ? simulator.url.replace(/^https?/, scheme) : simulator.url;
        await nodes.deploy({ url, token, sharedServer }, { tls: tls ?? "" }, tlsNodes);
        await (failure ? nodes.expectOutcomes(failure) : nodes.expectResults());
        // The token goes out behind the handshake, or not at all.
        assert.equal(simulator.requests.length, failure ? 0 : mostConnections);
        await expectConnections(simulator, failure ? "ended" : "kept");
      });
    }
  });

  describe("at a port that", () => {
    let port: RawPort | undefined;

    afterEach(() => port?.close());

    for (const { title, take, failure } of ports) {
      it(`${title}: ${failure.code}`, async () => {
        port = await openRawPort(take);
        const { token, sharedServer } = trusted;
        await nodes.deploy({ url: `https://${port.address}`, token, sharedServer }, { timeout: 300 });
        await nodes.expectOutcomes(failure);
        await expectConnections(port, "ended");
      });
    }
  });

  describe("behind the handshake", () => {
    before(() => nodes.deploy(trusted, { tls: "trusting" }, tlsNodes));

    for (const [title, fault] of Object.entries(ends)) {
      it(`unreachable: ${title}`, async () => {
        trusted.fault(fault, { times: Infinity });
        await nodes.expectOutcomes(brokenOff);
        await expectConnections(trusted, "ended");
      });
    }

    for (const [title, fault] of Object.entries(kept)) {
      it(`result: a server that ${title}`, async () => {
        trusted.fault(fault, { times: mostConnections });
        await nodes.expectResults();
        await nodes.expectResults();
        await expectConnections(trusted, "kept");
      });
    }
  });

  describe("all in all", () => {
    it("leave nothing behind", async () => {
      await nodes.expectNothingMore(trusted);
    });
  });
});
