import assert from "node:assert/strict";
import { Agent } from "node:http";
import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { certificates, faults, startSimulator, type Fault, type Simulator } from "../../simulator";
import { ask, container } from "../../testing/http/ask";

const PATH = "/security/token?type=delegation&scope=all";
const TRANSIENT = /^transient-/;

describe("simulator: faults", () => {
  let simulator: Simulator;
  let secure: Simulator | undefined;

  before(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => {
    assert.equal(simulator.pendingFaults, 0);
  });
  after(() => Promise.all([simulator.close(), secure?.close()]));

  const headers = () => ({ Accept: "application/json", "X-Plex-Token": simulator.token });
  const normal = (agent?: Agent) => ask(simulator.url + PATH, { headers: headers(), ...(agent && { agent }) });
  const withFault = (fault: Fault, agent?: Agent) => {
    simulator.fault(fault);
    return normal(agent);
  };

  /** What comes over the wire: the bytes, and how the connection ended (or that it had not, after `maxWait`). */
  const onTheWire = (fault: Fault, maxWait = 5000) => {
    simulator.fault(fault);
    const { hostname, port } = new URL(simulator.url);
    return new Promise<{ bytes: Buffer; end: string }>((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(port), hostname);
      const finish = (end: string) => {
        clearTimeout(timer);
        socket.destroy();
        resolve({ bytes: Buffer.concat(chunks), end });
      };
      const timer = setTimeout(finish, maxWait, "open");
      socket.on("data", (chunk) => chunks.push(chunk));
      socket.once("end", () => {
        finish("fin");
      });
      socket.once("error", (error: NodeJS.ErrnoException) => {
        finish(error.code ?? "");
      });
      socket.write(
        `GET ${PATH} HTTP/1.1\r\nHost: x\r\nX-Plex-Token: ${simulator.token}\r\nAccept: application/json\r\n\r\n`,
      );
    });
  };
  const announced = (bytes: Buffer) => Number(/content-length: (\d+)/i.exec(bytes.toString("latin1"))?.[1]);
  const bodyOf = (bytes: Buffer) => bytes.subarray(bytes.indexOf("\r\n\r\n") + 4);

  describe("queue", () => {
    it("gives a fault to one request, unless told otherwise", async () => {
      assert.equal((await withFault(faults.status(500))).status, 500);
      assert.equal((await normal()).status, 200);
      simulator.fault(faults.status(502), { times: 2 });
      simulator.fault(faults.status(503));
      const statuses: number[] = [];
      for (let i = 0; i < 4; i += 1) statuses.push((await normal()).status);
      assert.deepEqual(statuses, [502, 502, 503, 200]);
    });

    it("gives it to all requests until the faults are cleared", async () => {
      simulator.fault(faults.status(500), { times: Infinity });
      for (let i = 0; i < 3; i += 1) assert.equal((await normal()).status, 500);
      simulator.clearFaults();
      assert.equal((await normal()).status, 200);
    });

    it("gives it only to requests that it is for, and records those too", async () => {
      const misses = [
        { path: "/identity" },
        { path: /^\/library/ },
        { method: "POST" },
        { server: "shared" as const },
        { when: () => false },
      ];
      for (const filter of misses) {
        simulator.fault(faults.status(500), filter);
        assert.equal((await normal()).status, 200);
        simulator.clearFaults();
      }
      const before = simulator.requests.length;
      simulator.fault(faults.status(500), {
        path: /token$/,
        method: "get",
        server: "own",
        when: ({ query }) => query.get("scope") === "all",
      });
      assert.equal((await normal()).status, 500);
      assert.equal(simulator.requests.length, before + 1);
    });
  });

  describe("replies", () => {
    it("status: Plex's page, Retry-After, headers, another body", async () => {
      const plain = await withFault(faults.status(503));
      assert.deepEqual([plain.status, plain.headers["content-type"]], [503, "text/html"]);
      assert.match(plain.body, /<h1>503 Service Unavailable<\/h1>/);
      const rich = await withFault(faults.status(429, { retryAfter: 7, headers: { "X-Odd": "1" }, body: "slow" }));
      assert.deepEqual([rich.status, rich.headers["retry-after"], rich.headers["x-odd"]], [429, "7", "1"]);
      assert.equal(rich.body, "slow");
    });

    it("json, xml, body: what was given", async () => {
      const json = await withFault(faults.json({ MediaContainer: { token: 5 } }, 201));
      assert.deepEqual([json.status, json.headers["content-type"]], [201, "application/json"]);
      assert.deepEqual(container(json), { token: 5 });
      const xml = await withFault(faults.xml("<a/>"));
      assert.deepEqual([xml.headers["content-type"], xml.body], ["text/xml;charset=utf-8", "<a/>"]);
      const bare = await withFault(faults.body("ä", null));
      assert.deepEqual([bare.headers["content-type"], bare.body], [undefined, "ä"]);
    });

    it("withoutToken and html: 200 all the same", async () => {
      const none = await withFault(faults.withoutToken());
      assert.deepEqual([none.status, container(none)], [200, { size: 0 }]);
      const page = await withFault(faults.html());
      assert.deepEqual([page.status, page.headers["content-type"]], [200, "text/html"]);
      assert.match(page.body, /^<!DOCTYPE html>/);
    });

    it("cutOffJson and cutOffXml: whole by their length, broken by their content", async () => {
      const json = await withFault(faults.cutOffJson());
      assert.ok(json.complete);
      assert.match(json.body, /^\{"MediaContainer":\{.*token/);
      assert.throws(() => container(json), SyntaxError);
      const xml = await withFault(faults.cutOffXml());
      assert.ok(xml.complete);
      assert.match(xml.body, /<MediaContainer [^>]*$/);
    });

    it("noContent: 204 and nothing", async () => {
      const answer = await withFault(faults.noContent());
      assert.deepEqual([answer.status, answer.bytes.length], [204, 0]);
    });

    it("redirect: the location given", async () => {
      const answer = await withFault(faults.redirect("https://elsewhere.example/x", 307));
      assert.deepEqual([answer.status, answer.headers.location], [307, "https://elsewhere.example/x"]);
    });

    it("contentType and wrongCharset: the right answer under a wrong name", async () => {
      for (const [fault, expected] of [
        [faults.contentType("text/plain"), "text/plain"],
        [faults.contentType(null), undefined],
        [faults.wrongCharset(), "application/json; charset=utf-16le"],
      ] as const) {
        const answer = await withFault(fault);
        assert.equal(answer.headers["content-type"], expected);
        assert.match(String(container(answer)["token"]), TRANSIENT);
      }
    });

    it("delay: the right answer, later", async () => {
      const started = Date.now();
      const answer = await withFault(faults.delay(120));
      assert.ok(Date.now() - started >= 115);
      assert.match(String(container(answer)["token"]), TRANSIENT);
    });
  });

  describe("connections", () => {
    it("hang: not a byte, and the connection stays", async () => {
      const { bytes, end } = await onTheWire(faults.hang(), 200);
      assert.deepEqual([bytes.length, end], [0, "open"]);
    });

    it("hangInBody: headers and less than announced, and the connection stays", async () => {
      const { bytes, end } = await onTheWire(faults.hangInBody(), 200);
      assert.match(bytes.toString(), /^HTTP\/1\.1 200 OK/);
      assert.ok(bodyOf(bytes).length > 0 && bodyOf(bytes).length < announced(bytes));
      assert.equal(end, "open");
    });

    it("reset: ECONNRESET without a byte", async () => {
      const { bytes, end } = await onTheWire(faults.reset());
      assert.deepEqual([bytes.length, end], [0, "ECONNRESET"]);
    });

    it("resetInBody: ECONNRESET after a part of the body", async () => {
      const { bytes, end } = await onTheWire(faults.resetInBody());
      assert.ok(bodyOf(bytes).length > 0 && bodyOf(bytes).length < announced(bytes));
      assert.equal(end, "ECONNRESET");
    });

    it("reset and resetInBody work below TLS too", async () => {
      const { ca, server } = certificates();
      secure = await startSimulator({ tls: server });
      for (const fault of [faults.reset(), faults.resetInBody()]) {
        secure.fault(fault);
        await assert.rejects(ask(`${secure.url}/identity`, { ca }), { code: "ECONNRESET" });
      }
      // The client may hear of a reset before the server's own socket has closed.
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(secure.openSockets(), 0);
    });

    it("fin: the end without a byte", async () => {
      const { bytes, end } = await onTheWire(faults.fin());
      assert.deepEqual([bytes.length, end], [0, "fin"]);
    });

    it("finInBody: the end after a part of the body", async () => {
      const { bytes, end } = await onTheWire(faults.finInBody());
      assert.ok(bodyOf(bytes).length > 0 && bodyOf(bytes).length < announced(bytes));
      assert.equal(end, "fin");
    });

    it("finInChunkedBody: the end before the last chunk", async () => {
      const { bytes, end } = await onTheWire(faults.finInChunkedBody());
      assert.match(bytes.toString(), /transfer-encoding: chunked/i);
      assert.ok(!bytes.toString().endsWith("0\r\n\r\n"));
      assert.equal(end, "fin");
    });

    it("slowDrip: a whole answer, piece by piece", async () => {
      const started = Date.now();
      const answer = await withFault(faults.slowDrip(20, 20));
      assert.ok(Date.now() - started >= 80);
      assert.match(String(container(answer)["token"]), TRANSIENT);
      const { end } = await onTheWire(faults.slowDrip(50, 1), 200);
      assert.equal(end, "open");
    });

    it("closeAfterReply: keep-alive announced, closed all the same", async () => {
      const { bytes, end } = await onTheWire(faults.closeAfterReply());
      assert.match(bytes.toString(), /connection: keep-alive/i);
      assert.equal(bodyOf(bytes).length, announced(bytes));
      assert.equal(end, "fin");
    });

    it("deadSocketAfterReply: the next request on that connection is reset and not recorded", async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      assert.equal((await withFault(faults.deadSocketAfterReply(), agent)).status, 200);
      const before = simulator.requests.length;
      await assert.rejects(normal(agent), { code: "ECONNRESET" });
      assert.equal(simulator.requests.length, before);
      assert.equal((await normal(agent)).status, 200);
      agent.destroy();
    });
  });

  describe("protocol", () => {
    it("raw and notHttp: what is no HTTP", async () => {
      assert.deepEqual(await onTheWire(faults.raw("hello")), { bytes: Buffer.from("hello"), end: "fin" });
      await assert.rejects(withFault(faults.notHttp()), { code: "HPE_INVALID_CONSTANT" });
    });

    it("informational: a 1xx and then the end", async () => {
      for (const code of [100, 102, 103]) {
        const { bytes, end } = await onTheWire(faults.informational(code));
        assert.equal(bytes.toString().split("\r\n")[0]?.slice(0, 12), `HTTP/1.1 ${code}`);
        assert.equal(end, "fin");
      }
      await assert.rejects(withFault(faults.informational()), { code: "ECONNRESET" });
    });

    it("switchingProtocols: 101 and an open connection", async () => {
      const { bytes, end } = await onTheWire(faults.switchingProtocols(), 200);
      assert.match(bytes.toString(), /^HTTP\/1\.1 101 /);
      assert.equal(end, "open");
    });

    it("oversizedHeaders: more than Node takes", async () => {
      await assert.rejects(withFault(faults.oversizedHeaders()), { code: "HPE_HEADER_OVERFLOW" });
    });
  });

  describe("size", () => {
    it("hugeJson and hugeChunkedJson: right answers of 10 MiB", async () => {
      const known = await withFault(faults.hugeJson());
      assert.equal(known.headers["content-length"], "10485760");
      const unknown = await withFault(faults.hugeChunkedJson());
      assert.equal(unknown.headers["content-length"], undefined);
      for (const answer of [known, unknown]) {
        assert.equal(answer.bytes.length, 10 * 1024 * 1024);
        assert.match(String(container(answer)["token"]), TRANSIENT);
      }
    });

    it("gzipBomb: small on the wire, 10 MiB unpacked", async () => {
      const answer = await withFault(faults.gzipBomb());
      assert.equal(answer.headers["content-encoding"], "gzip");
      assert.ok(answer.bytes.length < 64 * 1024);
      const unpacked = gunzipSync(answer.bytes);
      assert.equal(unpacked.length, 10 * 1024 * 1024);
      JSON.parse(unpacked.toString());
    });

    it("gzip is right, truncatedGzip breaks off, corruptGzip is wrong", async () => {
      const right = await withFault(faults.gzip());
      assert.match(gunzipSync(right.bytes).toString(), /"token":"transient-/);
      const truncated = await withFault(faults.truncatedGzip());
      assert.ok(truncated.complete);
      assert.throws(() => gunzipSync(truncated.bytes), { code: "Z_BUF_ERROR" });
      const corrupt = await withFault(faults.corruptGzip());
      assert.equal(corrupt.headers["content-encoding"], "gzip");
      assert.throws(() => gunzipSync(corrupt.bytes), { code: "Z_DATA_ERROR" });
    });
  });
});
