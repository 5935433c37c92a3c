import assert from "node:assert/strict";
import { certificates, type Simulator } from "../../simulator";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import {
  route,
  server,
  sourceNode,
  tab,
  tokenNode,
  type FailureAnswer,
  type Properties,
} from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const { ca, server: good, expired, wrongName, weak } = certificates();

/** A core tls-config node as its form stores it. */
function tlsConfig(id: string, properties: Properties = {}, cadata = ca, own: Properties = {}): FlowNode {
  const files = { cert: "", key: "", ca: "", certname: "", keyname: "", caname: "" };
  const rest = { servername: "", verifyservercert: true, alpnprotocol: "" };
  return { id, type: "tls-config", name: "", ...files, ...rest, ...properties, credentials: { cadata, ...own } };
}

onEachRuntime("package: https and the tls-config node", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;

  /** A path that asks a server through a tls-config node, or through none. */
  const asking = (path: string, { url, token }: Simulator, tls?: string): FlowNode[] => [
    server(url, token, { id: `server-${path}`, ...(tls !== undefined && { tls }) }),
    ...route(path, tokenNode({ id: path, server: `server-${path}` })),
  ];

  before(async () => {
    simulator = await simulate({ tls: good });
    const late = await simulate({ tls: expired });
    const foreign = await simulate({ tls: wrongName });
    // Node.js 24 serves such a certificate with lowered requirements only.
    const old = await simulate({ tls: weak, tlsVersion: "TLSv1.3" });
    const plain = await simulate();
    nodeRed = await start();
    await nodeRed.deploy([
      tab,
      tlsConfig("ca"),
      tlsConfig("unchecked", { verifyservercert: false }, ""),
      tlsConfig("named", { servername: "elsewhere.simulator.invalid" }),
      tlsConfig("weak", {}, String(weak.cert)),
      tlsConfig("weak-client", {}, ca, { certdata: String(weak.cert), keydata: String(weak.key) }),
      tlsConfig("unreadable", { ca: "/nowhere/ca.pem" }),
      ...asking("trusted", simulator, "ca"),
      ...asking("untrusted", simulator),
      ...asking("unchecked", simulator, "unchecked"),
      ...asking("expired", late, "ca"),
      ...asking("wrong-name", foreign, "ca"),
      ...asking("right-name", foreign, "named"),
      ...asking("weak", old, "weak"),
      ...asking("weak-client", simulator, "weak-client"),
      ...asking("unreadable", simulator, "unreadable"),
      ...asking("missing", simulator, "of-nobody"),
      server(plain.url.replace("http:", "https:"), plain.token, { id: "not-https" }),
      ...route("not-https", tokenNode({ id: "ask-not-https", server: "not-https" })),
      ...route("source", sourceNode({ id: "source", server: "server-trusted" })),
    ]);
  });

  for (const path of ["trusted", "unchecked", "right-name"]) {
    it(`lets a request through: ${path}`, async () => {
      const { status, body } = await nodeRed.post(path);
      assert.equal(status, 200, JSON.stringify(body));
    });
  }

  it("lets a source be asked for", async () => {
    const { status } = await nodeRed.post("source", { source: simulator.provider });
    assert.equal(status, 200);
  });

  for (const [path, says] of Object.entries({
    untrusted: /not one that this machine trusts/,
    expired: /not valid at this time/,
    "wrong-name": /for another name/,
    "not-https": /TLS handshake/,
  })) {
    it(`refuses, before the token is sent: ${path}`, async () => {
      const { error } = (await nodeRed.post(path)).body as FailureAnswer;
      assert.equal(error.code, "tls");
      assert.match(String(error.message), says);
    });
  }

  for (const [path, refusal, says] of [
    ["weak", "tls", /too weak for this version of Node\.js.*Make a new certificate/],
    ["weak-client", "not-configured", /^The key or signature of the client certificate is too weak/],
  ] as const) {
    it(`says so where this Node.js finds a certificate too weak: ${path}`, async () => {
      const { nodejs } = (await nodeRed.adminJson("diagnostics")) as { nodejs: { version: string } };
      const { status, body } = await nodeRed.post(path);
      if (parseInt(nodejs.version.slice(1), 10) < 24) {
        assert.equal(status, 200, JSON.stringify(body));
        return;
      }
      const { code, message } = (body as FailureAnswer).error;
      assert.equal(code, refusal);
      assert.match(String(message), says);
    });
  }

  for (const [path, says] of Object.entries({
    unreadable: /tls-config node has a certificate or key that cannot be read/,
    missing: /tls-config node .* is missing or disabled/,
  })) {
    it(`names a tls-config node that cannot be used: ${path}`, async () => {
      const { error } = (await nodeRed.post(path)).body as FailureAnswer;
      assert.equal(error.code, "not-configured");
      assert.match(String(error.message), says);
    });
  }
});
