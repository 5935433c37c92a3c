import assert from "node:assert/strict";
import { Agent } from "node:http";
import { createConnection } from "node:net";
import { connect as connectTls } from "node:tls";
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { certificates, faults, startSimulator, type Fault, type Simulator } from "../../simulator";
import { ask, container } from "../../testing/http/ask";

const PATH = "/security/token?type=delegation&scope=all";
const TRANSIENT = /^transient-/;

describe("simulator: right answers that look odd", () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator();
  });
  after(() => simulator.close());

  const headers = () => ({ Accept: "application/json", "X-Plex-Token": simulator.token });
  const withFault = (fault: Fault, agent?: Agent) => {
    simulator.fault(fault);
    return ask(simulator.url + PATH, { headers: headers(), ...(agent && { agent }) });
  };

  for (const [packing, encoding, unpack] of [
    ["gzip", "gzip", gunzipSync],
    ["deflate", "deflate", inflateSync],
    ["raw deflate", "deflate", inflateRawSync],
    ["br", "br", brotliDecompressSync],
  ] as const) {
    it(`packed: ${packing}`, async () => {
      const answer = await withFault(faults.packed(packing));
      assert.equal(answer.headers["content-encoding"], encoding);
      assert.equal(answer.headers["content-length"], String(answer.bytes.length));
      assert.match(unpack(answer.bytes).toString(), /^\{"MediaContainer":\{.*"token":"transient-/);
    });
  }

  it("chunked: no length, and a whole body", async () => {
    const answer = await withFault(faults.chunked());
    assert.deepEqual(
      [answer.headers["transfer-encoding"], answer.headers["content-length"], answer.complete],
      ["chunked", undefined, true],
    );
    assert.match(String(container(answer)["token"]), TRANSIENT);
  });

  it("ignoredAccept: XML, whatever was asked for", async () => {
    const answer = await withFault(faults.ignoredAccept());
    assert.equal(answer.headers["content-type"], "text/xml;charset=utf-8");
    assert.match(answer.body, /<MediaContainer [^>]*token="transient-/);
  });

  it("interimFirst: a 1xx, and then the answer", async () => {
    for (const code of [100, 102, 103]) {
      simulator.fault(faults.interimFirst(code));
      const { port, hostname } = new URL(simulator.url);
      const socket = createConnection(Number(port), hostname);
      const lines = Object.entries({ ...headers(), Host: "x", Connection: "close" }).map(
        ([name, value]) => `${name}: ${value}`,
      );
      socket.write(`GET ${PATH} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      let text = "";
      for await (const chunk of socket as AsyncIterable<Buffer>) text += chunk.toString();
      assert.match(
        text,
        new RegExp(`^HTTP/1\\.1 ${code} Interim\\r\\nLink: [^\\n]*\\r\\n\\r\\nHTTP/1\\.1 200 OK\\r\\n`),
      );
      assert.match(text, /"token":"transient-/);
    }
    assert.match(String(container(await withFault(faults.interimFirst()))["token"]), TRANSIENT);
  });

  it("announcedClose: the answer, and a connection that ends behind it", async () => {
    const agent = new Agent({ keepAlive: true });
    const answer = await withFault(faults.announcedClose(), agent);
    assert.equal(answer.headers.connection, "close");
    assert.match(String(container(answer)["token"]), TRANSIENT);
    for (let i = 0; i < 100 && simulator.openSockets() > 0; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(simulator.openSockets(), 0);
    agent.destroy();
  });
});

describe("simulator: odd TLS", () => {
  let simulator: Simulator | undefined;

  afterEach(() => simulator?.close());

  const { ca, server, selfSigned } = certificates();

  /** The version of TLS that a client who speaks them all gets to speak. */
  const versionOf = ({ url }: Simulator) =>
    new Promise<string | null>((resolve, reject) => {
      const { port, hostname: host } = new URL(url);
      const old = { minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
      const socket = connectTls({ host, port: Number(port), ca, ...old }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.on("error", reject);
    });

  for (const tlsVersion of ["TLSv1", "TLSv1.1", "TLSv1.2"] as const) {
    it(`speaks ${tlsVersion} at most, where that is asked for`, async () => {
      simulator = await startSimulator({ tls: server, tlsVersion });
      assert.equal(await versionOf(simulator), tlsVersion);
    });
  }

  it("has a certificate that vouches for itself alone", async () => {
    simulator = await startSimulator({ tls: selfSigned });
    await assert.rejects(ask(`${simulator.url}/identity`, { ca }), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    assert.equal((await ask(`${simulator.url}/identity`, { ca: String(selfSigned.cert) })).status, 200);
  });

  it("can be closed after it has reset a connection", async () => {
    simulator = await startSimulator({ tls: server });
    simulator.fault(faults.reset());
    await assert.rejects(ask(`${simulator.url}/identity`, { ca }), { code: "ECONNRESET" });
  });
});
