import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { type CallState, PlexClient, type PlexClientOptions, type RequestOptions } from "../../../src";
import { certificates, faults, type Fault } from "../../../simulator";
import { openRawPort } from "../../../testing/http/raw-port";
import { RecordingServer } from "../../../testing/http/recording-server";
import { rejectionOf } from "../../../testing/rejection";

const token = "canary-stored-token";
const MIB = 1024 * 1024;

/** Requests that hurt when they are done twice. */
const once: readonly Partial<RequestOptions>[] = [
  { method: "POST" },
  { method: "PUT" },
  { method: "DELETE" },
  { method: "GET", player: "0123456789abcdef" },
];

const nameOf = ({ method = "GET", player }: Partial<RequestOptions>) =>
  `${String(method)}${player === undefined ? "" : " for a player"}`;

describe("PlexClient.request", () => {
  let server: RecordingServer;
  const clients: PlexClient[] = [];

  beforeEach(async () => {
    server = await RecordingServer.start(faults.json({ MediaContainer: { size: 0 } }));
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.close();
  });

  function connect(options: Partial<PlexClientOptions> = {}): PlexClient {
    const client = new PlexClient({
      token,
      clientIdentifier: "test-client",
      ...options,
      url: options.url ?? server.url,
    });
    clients.push(client);
    return client;
  }

  /** Answers the first requests in turn, and all further ones like the last of them. */
  function answer(...answers: readonly Fault[]): void {
    let turn = 0;
    server.answer = (...exchange) => {
      answers[Math.min(turn++, answers.length - 1)]!(...exchange);
    };
  }

  const asked = () => server.requests.map(({ method, url }) => `${method} ${url}`);

  describe("on the wire", () => {
    it("asks with GET, the token in its header alone, and exactly these headers", async () => {
      await connect().request({ path: "/library/sections" });
      assert.deepEqual(asked(), ["GET /library/sections"]);
      const { headers } = server.requests[0]!;
      assert.deepEqual(Object.keys(headers).sort(), [
        "accept",
        "connection",
        "host",
        "user-agent",
        "x-plex-client-identifier",
        "x-plex-device",
        "x-plex-device-name",
        "x-plex-platform",
        "x-plex-product",
        "x-plex-token",
        "x-plex-version",
      ]);
      assert.equal(headers["x-plex-token"], token);
      assert.equal(headers.accept, "application/json");
    });

    it("puts path and query behind the base path, encoded once", async () => {
      const path = "/hubs/search?query=Amélie%20&limit=5";
      const query = { includeGuids: true, sectionId: [1, 2], title: "a+b c", none: null };
      await connect({ url: `${server.url}/plex/` }).request({ path, query });
      const expected = "query=Am%C3%A9lie%20&limit=5&includeGuids=1&sectionId=1&sectionId=2&title=a%2Bb%20c";
      assert.deepEqual(asked(), [`GET /plex/hubs/search?${expected}`]);
    });

    for (const [method, length] of Object.entries({ GET: undefined, DELETE: undefined, POST: "0", PUT: "0" })) {
      it(`asks with ${method} and no body`, async () => {
        await connect().request({ method, path: "/a" });
        const [request] = server.requests;
        assert.equal(request?.method, method);
        assert.deepEqual(
          [request.headers["content-length"], request.headers["transfer-encoding"]],
          [length, undefined],
        );
        assert.equal(server.bytes.split("\r\n\r\n")[1], "");
      });
    }

    it("sends a player's identifier and a commandID that grows over all clients", async () => {
      const path = "/player/playback/pause";
      for (const client of [connect(), connect(), connect()]) {
        await client.request({ path, player: " abc-123 ", query: { type: "video" } });
      }
      await connect().request({ path, player: "abc-123", query: { commandID: 7 } });
      await connect().request({ path: `${path}?commandID=8`, player: "abc-123" });
      await connect().request({ path });
      const ids = server.requests.map(({ query }) => query.get("commandID"));
      const [one, two, three] = ids.map(Number);
      assert.ok(one! < two! && two! < three! && three! < 2 ** 31);
      assert.ok(Math.abs(one! - Date.now() / 1000) < 100_000);
      assert.deepEqual(ids.slice(3), ["7", "8", null]);
      assert.deepEqual(
        server.requests.map(({ headers }) => headers["x-plex-target-client-identifier"]),
        [...Array<string>(5).fill("abc-123"), undefined],
      );
    });

    for (const type of ["text", "buffer"]) {
      it(`takes any type where ${type} is wanted`, async () => {
        await connect().request({ path: "/a", answer: type });
        assert.equal(server.requests[0]?.headers.accept, "*/*");
      });
    }
  });

  describe("what is refused", () => {
    const source = { accessToken: "transient-1", connections: [{ uri: "http://192.168.1.10:32400" }] };
    const refused: readonly (readonly [string, object])[] = [
      ["invalid-input", { path: undefined }],
      ["invalid-input", { path: "http://example.org/" }],
      ["invalid-input", { path: "//example.org/" }],
      ["invalid-input", { path: "/a/%2e%2e/b" }],
      ["invalid-input", { path: "/a#b" }],
      ["invalid-input", { path: "/a%00" }],
      ["invalid-input", { path: "/a?X-PLEX-token=b" }],
      ["invalid-input", { query: { "x-plex-token": "b" } }],
      ["invalid-input", { query: { a: NaN } }],
      ["invalid-input", { query: "a=1" }],
      ["invalid-input", { player: null }],
      ["invalid-input", { player: "" }],
      ["invalid-input", { player: "Living room" }],
      ["invalid-input", { via: null }],
      ["invalid-input", { via: {} }],
      ["invalid-input", { via: { ...source, accessToken: null } }],
      ["no-connection", { via: { ...source, connections: [] } }],
      ["invalid-input", { via: source, path: "/a/../b" }],
      ["not-configured", { method: "PATCH" }],
      ["not-configured", { method: "get" }],
      ["not-configured", { answer: "xml" }],
      ["not-configured", { all: true, limit: 0 }],
      ["not-configured", { all: true, limit: "many" }],
      ["invalid-input", { all: true, path: "/a?X-Plex-Container-Start=5" }],
      ["invalid-input", { all: true, query: { "x-plex-container-size": 5 } }],
    ];
    for (const [code, options] of refused) {
      it(`is ${inspect(options, { depth: 3, breakLength: Infinity })}`, async () => {
        const error = await rejectionOf(connect().request({ path: "/a", ...options }));
        assert.deepEqual([error.code, error.attempts], [code, 0]);
        assert.equal(server.accepted, 0);
      });
    }
  });

  describe("the answer", () => {
    const film = { ratingKey: "1", title: "Alien" };
    const json: readonly (readonly [string, Fault, unknown])[] = [
      [
        "what stands in MediaContainer",
        faults.json({ MediaContainer: { size: 1, Metadata: [film] } }),
        { size: 1, Metadata: [film] },
      ],
      ["a document without MediaContainer", faults.json([film]), [film]],
      ["a bare value", faults.json(false), false],
      [
        "XML in the same form",
        faults.xml(
          '<?xml version="1.0"?><MediaContainer size="1"><Video title="A&amp;B"><__proto__ a="1"/></Video></MediaContainer>',
        ),
        { size: "1", Video: [JSON.parse('{"title":"A&B","__proto__":[{"a":"1"}]}')] },
      ],
      [
        "XML without MediaContainer",
        faults.xml('<Response code="200" status="OK"/>'),
        { Response: [{ code: "200", status: "OK" }] },
      ],
      ["JSON under the type of HTML", faults.body('{"html":1}', "text/html"), { html: 1 }],
      ["nothing", faults.body("", "application/json"), null],
      ["white space", faults.body(" \r\n", null), null],
      ["204", faults.noContent(), null],
      ["nothing, said to be packed", faults.status(200, { body: "", headers: { "Content-Encoding": "gzip" } }), null],
    ];
    for (const [name, fault, expected] of json) {
      it(`is ${name}`, async () => {
        server.answer = fault;
        const { value } = await connect().request({ path: "/a" });
        assert.deepEqual(value, expected);
        assert.deepEqual(value, structuredClone(value), "plain objects");
      });
    }

    const invalid: Readonly<Record<string, Fault>> = {
      "HTML with 200": faults.body("<html><head><meta charset=utf-8></head><body>Welcome</body></html>", "text/html"),
      "HTML with 200 that is XML too": faults.html(),
      "a word": faults.body("OK", "text/plain"),
      "JSON that breaks off": faults.cutOffJson(),
      "XML that breaks off": faults.cutOffXml(),
      "gzip that breaks off": faults.truncatedGzip(),
      "something that is not HTTP": faults.notHttp(),
      "another protocol": faults.switchingProtocols(),
    };
    for (const [name, fault] of Object.entries(invalid)) {
      it(`is invalid where it is ${name}`, async () => {
        server.answer = fault;
        const error = await rejectionOf(connect().request({ path: "/a" }));
        assert.deepEqual([error.code, error.attempts, error.retryable], ["invalid-response", 1, false]);
        assert.equal(server.requests.length, 1);
      });
    }

    const words = {
      "a word": "OK",
      HTML: "<html><body>OK</body></html>",
      "half of something": '{"a":',
      "text with space": " OK\n",
    };
    for (const [name, text] of Object.entries(words)) {
      it(`of a player is its text where it is ${name}`, async () => {
        server.answer = faults.body(text, "text/plain");
        const { value } = await connect().request({ path: "/player/playback/play", player: "abc" });
        assert.equal(value, text);
      });
    }

    it("of a player is read like any other where it can be", async () => {
      answer(faults.xml('<Response code="200"/>'), faults.json({ MediaContainer: { a: 1 } }), faults.body("", null));
      const client = connect();
      const ask = async () => (await client.request({ path: "/player/playback/play", player: "abc" })).value;
      assert.deepEqual([await ask(), await ask(), await ask()], [{ Response: [{ code: "200" }] }, { a: 1 }, null]);
    });

    for (const status of [200, 201, 202, 206, 299]) {
      it(`is a success with ${status}, and tells so`, async () => {
        server.answer = faults.json({ a: 1 }, status);
        const response = await connect().request({ path: "/a" });
        assert.deepEqual(response, { value: { a: 1 }, statusCode: status, contentType: "application/json" });
      });
    }

    it("is text, in the charset that it has", async () => {
      answer(
        faults.body("Amélie 🎬", "text/plain; charset=utf-8"),
        (_req, res) =>
          res.writeHead(200, { "content-type": "text/plain; charset=latin1" }).end(Buffer.from("Amélie", "latin1")),
        faults.body("", null),
        faults.packed("gzip"),
      );
      const client = connect();
      const ask = () => client.request({ path: "/a", answer: "text" });
      assert.deepEqual(await ask(), { value: "Amélie 🎬", statusCode: 200, contentType: "text/plain; charset=utf-8" });
      assert.deepEqual(await ask(), { value: "Amélie", statusCode: 200, contentType: "text/plain; charset=latin1" });
      assert.deepEqual(await ask(), { value: "", statusCode: 200, contentType: null });
    });

    it("is a buffer with the very bytes, unpacked", async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_byte, index) => index));
      answer(
        (_req, res) => res.writeHead(200, { "content-type": "image/jpeg" }).end(bytes),
        (_req, res) => res.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(bytes)),
        faults.body("", null),
      );
      const client = connect();
      const ask = () => client.request({ path: "/a", answer: "buffer" });
      assert.deepEqual(await ask(), { value: bytes, statusCode: 200, contentType: "image/jpeg" });
      assert.deepEqual(await ask(), { value: bytes, statusCode: 200, contentType: null });
      assert.deepEqual(await ask(), { value: Buffer.alloc(0), statusCode: 200, contentType: null });
    });

    const sizes: Readonly<Record<string, (bytes: number) => Fault>> = {
      "with its length": faults.hugeJson,
      "in chunks": faults.hugeChunkedJson,
      packed: faults.gzipBomb,
    };
    for (const [name, fault] of Object.entries(sizes)) {
      it(`may have 16 MiB ${name}, and no byte more`, async () => {
        const client = connect();
        server.answer = fault(16 * MIB);
        const { value } = await client.request({ path: "/a" });
        assert.ok((value as { padding: string }).padding.length > 15 * MIB);
        server.answer = fault(16 * MIB + 1);
        for (const type of ["json", "text", "buffer"]) {
          const error = await rejectionOf(client.request({ path: "/a", answer: type }));
          assert.deepEqual([error.code, error.statusCode, error.attempts], ["invalid-response", 200, 1]);
          assert.match(error.message, /^The answer is larger than 16 MiB, so it was cut off\. Ask for it in pages: /);
        }
      });
    }

    it("of the other calls may still have 1 MiB alone", async () => {
      server.answer = faults.hugeJson(MIB + 1);
      const error = await rejectionOf(connect().getTransientToken());
      assert.match(error.message, /^The answer is larger than 1 MiB, so it was cut off\. See whether the server URL/);
    });
  });

  describe("statuses", () => {
    const cases: readonly (readonly [number, string, RegExp])[] = [
      [302, "redirected", /enter http:\/\/192\.168\.1\.20:1 as the start of the server URL\.$/],
      [400, "bad-request", /See whether the method, the path and the query are what this endpoint takes\.$/],
      [401, "unauthorized", /Sign in again or enter a new X-Plex-Token in the plex-config node\.$/],
      [403, "forbidden", /Use a token of the server's owner/],
      [404, "not-found", /See whether the path is right, and whether what it names is still there\.$/],
      [409, "http-error", /status 409/],
      [422, "unauthorized", /revoked/],
      [500, "server-error", /status 500/],
    ];
    for (const [status, code, message] of cases) {
      it(`${status} is ${code}`, async () => {
        server.answer = faults.status(status, { headers: { Location: "http://192.168.1.20:1/x" } });
        for (const type of ["json", "text", "buffer"]) {
          const error = await rejectionOf(connect().request({ path: "/a", answer: type }));
          assert.deepEqual([error.code, error.statusCode, error.attempts], [code, status, 1]);
          assert.match(error.message, message);
        }
        assert.equal(server.requests.length, 3);
      });
    }

    it("404 for a player tells what to look at", async () => {
      server.answer = faults.status(404);
      const error = await rejectionOf(connect().request({ path: "/player/playback/play", player: "abc" }));
      assert.match(error.message, /whether the player is on and has Advertise as player/);
    });

    it("403 to a transient token is not about minting another one", async () => {
      server.answer = faults.status(403);
      const client = connect({ token: "transient-0123" });
      assert.doesNotMatch((await rejectionOf(client.request({ path: "/a" }))).message, /transient token/);
      assert.match(
        (await rejectionOf(client.getTransientToken())).message,
        /does not give a token to a transient token/,
      );
    });
  });

  describe("GET again", () => {
    const passing: Readonly<Record<string, Fault>> = {
      "503": faults.status(503),
      "429": faults.status(429),
      "a reset": faults.reset(),
      "a connection that ends": faults.fin(),
      "an answer that breaks off": faults.finInBody(),
      "an answer that hangs": faults.hangInBody(),
    };
    for (const [name, fault] of Object.entries(passing)) {
      it(`after ${name}`, async () => {
        answer(fault, fault, faults.json({ a: 1 }));
        const { value } = await connect({ timeout: 300 }).request({ path: "/a" });
        assert.deepEqual(value, { a: 1 });
        assert.equal(server.requests.length, 3);
      });
    }

    it("on a new connection where the kept one was dead, without counting", async () => {
      const client = connect({ retries: 0 });
      answer(faults.json({}), faults.reset(), faults.json({ a: 1 }));
      await client.request({ path: "/first" });
      assert.deepEqual((await client.request({ path: "/second" })).value, { a: 1 });
      assert.deepEqual(asked(), ["GET /first", "GET /second", "GET /second"]);
    });

    it("says what to look at where it fails", async () => {
      server.answer = faults.hang();
      const error = await rejectionOf(connect({ timeout: 100, retries: 0 }).request({ path: "/a" }));
      assert.match(error.hint, /^See whether the server is running/);
    });

    it("tells when it waits to try again, and when it asks again", async () => {
      answer(faults.status(503), faults.status(503), faults.json({ a: 1 }));
      const states: CallState[] = [];
      await connect().request({ path: "/a", onStateChange: (state) => states.push(state) });
      assert.deepEqual(states, ["retrying", "asking", "retrying", "asking"]);
    });

    it("tells nothing where the first attempt works, or none would help", async () => {
      const states: CallState[] = [];
      const onStateChange = (state: CallState) => states.push(state);
      await connect().request({ path: "/a", onStateChange });
      server.answer = faults.status(404);
      await rejectionOf(connect().request({ path: "/a", onStateChange }));
      server.answer = faults.status(503);
      await rejectionOf(connect({ retries: 0 }).request({ path: "/a", onStateChange }));
      assert.deepEqual(states, []);
    });
  });

  describe("what must not be done twice", () => {
    const open: Readonly<Record<string, readonly [Fault, string]>> = {
      "503": [faults.status(503), "server-error"],
      "503 with Retry-After": [faults.status(503, { retryAfter: 1 }), "server-error"],
      "429": [faults.status(429), "rate-limited"],
      "408": [faults.status(408), "http-error"],
      "502": [faults.status(502), "server-error"],
      "405": [faults.status(405), "http-error"],
      "a reset": [faults.reset(), "unreachable"],
      "a connection that ends": [faults.fin(), "unreachable"],
      "an answer that breaks off": [faults.finInBody(), "unreachable"],
      "an answer that is reset": [faults.resetInBody(), "unreachable"],
      "no answer": [faults.hang(), "timeout"],
      "half an answer": [faults.hangInBody(), "timeout"],
    };
    for (const options of once) {
      for (const [name, [fault, code]] of Object.entries(open)) {
        it(`is asked once by ${nameOf(options)}: ${name}`, async () => {
          server.answer = fault;
          const states: CallState[] = [];
          const onStateChange = (state: CallState) => states.push(state);
          const call = connect({ timeout: 200, retries: 3 }).request({ path: "/a", onStateChange, ...options });
          const error = await rejectionOf(call);
          assert.deepEqual([error.code, error.attempts, error.isUnsent], [code, 1, false]);
          assert.equal(server.requests.length, 1);
          assert.deepEqual(states, []);
        });
      }

      it(`is asked once by ${nameOf(options)} over a kept connection that is dead`, async () => {
        const client = connect({ retries: 3 });
        answer(faults.json({}), faults.reset(), faults.json({}));
        await client.request({ path: "/first" });
        const error = await rejectionOf(client.request({ path: "/second", ...options }));
        assert.deepEqual([error.code, error.attempts], ["unreachable", 1]);
        assert.match(error.hint, /^See whether it was done all the same before you send it again/);
        assert.deepEqual(
          server.requests.map(({ path }) => path),
          ["/first", "/second"],
        );
      });

      it(`is sent again by ${nameOf(options)} where the connection was refused`, async () => {
        const { port } = server;
        await server.close();
        const states: CallState[] = [];
        const onStateChange = (state: CallState) => states.push(state);
        const url = `http://127.0.0.1:${port}`;
        const error = await rejectionOf(
          connect({ url, retries: 2 }).request({ path: "/a", onStateChange, ...options }),
        );
        assert.deepEqual([error.code, error.attempts, error.isUnsent], ["unreachable", 3, true]);
        assert.match(error.message, /^The server refused the connection\. See whether Plex Media Server is running/);
        assert.deepEqual(states, ["retrying", "asking", "retrying", "asking"]);
      });
    }

    it("arrives once where the server comes up meanwhile", async () => {
      const { port } = server;
      await server.close();
      const call = connect({ url: `http://127.0.0.1:${port}`, retries: 20 }).request({ method: "POST", path: "/a" });
      await new Promise((resolve) => setTimeout(resolve, 300));
      const late = await openRawPort((socket) => {
        socket.once("data", () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}'));
      }, port);
      assert.deepEqual((await call).value, { a: 1 });
      await late.close();
    });

    it("is done twice by a token all the same, which is harmless", async () => {
      answer(faults.status(503), faults.json({ MediaContainer: { token: "transient-1" } }));
      await connect().getTransientToken();
      assert.equal(server.requests.length, 2);
    });
  });

  describe("all pages", () => {
    const films = Array.from({ length: 450 }, (_film, index) => ({ ratingKey: String(index) }));

    /** A library that pages as asked by the headers. */
    const library: Fault = (req, res, proceed) => {
      const start = Number(req.headers["x-plex-container-start"] ?? 0);
      const size = Number(req.headers["x-plex-container-size"] ?? films.length);
      const Metadata = films.slice(start, start + size);
      const container = { size: Metadata.length, totalSize: films.length, offset: start, title1: "Films", Metadata };
      faults.json({ MediaContainer: container })(req, res, proceed);
    };
    const whole = { title1: "Films", Metadata: films, complete: true };
    const ranges = () =>
      server.requests.map(({ headers }) => [headers["x-plex-container-start"], headers["x-plex-container-size"]]);

    beforeEach(() => {
      server.answer = library;
    });

    it("are asked for 200 by 200, and joined", async () => {
      const progress: unknown[] = [];
      const onProgress = (...figures: unknown[]) => progress.push(figures);
      const { value, statusCode } = await connect().request({ path: "/all?type=1", all: true, onProgress });
      assert.deepEqual(value, whole);
      assert.equal(statusCode, 200);
      assert.deepEqual(asked(), Array(3).fill("GET /all?type=1"));
      assert.deepEqual(ranges(), [
        ["0", "200"],
        ["200", "200"],
        ["400", "200"],
      ]);
      assert.deepEqual(progress, [
        [200, 450],
        [400, 450],
      ]);
    });

    it("stop at the limit, which may be text as from a form", async () => {
      const { value } = await connect().request({ path: "/all", all: true, limit: "250" });
      assert.deepEqual(value, { title1: "Films", Metadata: films.slice(0, 250), complete: false });
      assert.deepEqual(ranges(), [
        ["0", "200"],
        ["200", "50"],
      ]);
    });

    it("are 1000 items at most unless told", async () => {
      server.answer = (req, res, proceed) => {
        const start = Number(req.headers["x-plex-container-start"]);
        const Metadata = Array.from({ length: 200 }, (_film, index) => start + index);
        faults.json({ MediaContainer: { totalSize: 5000, Metadata } })(req, res, proceed);
      };
      const { value } = await connect().request({ path: "/all", all: true });
      const { Metadata, complete } = value as { Metadata: unknown[]; complete: boolean };
      assert.deepEqual([Metadata.length, complete, server.requests.length], [1000, false, 5]);
    });

    it("take the total from the header, and XML", async () => {
      server.answer = (req, res, proceed) => {
        const start = Number(req.headers["x-plex-container-start"]);
        res.setHeader("X-Plex-Container-Total-Size", "3");
        const videos = [0, 1].map((index) => `<Video key="${start + index}"/>`);
        const text = `<MediaContainer size="2">${videos.slice(0, 3 - start).join("")}</MediaContainer>`;
        faults.xml(text)(req, res, proceed);
      };
      const { value } = await connect().request({ path: "/all", all: true });
      assert.deepEqual(value, { Video: [{ key: "0" }, { key: "1" }, { key: "2" }], complete: true });
    });

    const alone: readonly Partial<RequestOptions>[] = [
      { method: "POST" },
      { answer: "text" },
      { answer: "buffer" },
      { player: "0123456789abcdef" },
    ];
    for (const options of alone) {
      it(`count for nothing with ${inspect(options)}`, async () => {
        const { value } = await connect().request({ path: "/all", all: true, ...options });
        const text = Buffer.isBuffer(value) || typeof value === "string" ? value.toString() : JSON.stringify(value);
        assert.match(text, /"totalSize":450/);
        assert.deepEqual(ranges(), [[undefined, undefined]]);
      });
    }

    it("are not asked of a player, whose answer looks like a list: a second skip hurts", async () => {
      server.answer = faults.xml('<Response code="200" status="OK"/>');
      const command = { path: "/player/playback/skipNext", player: "0123456789abcdef", all: true };
      const { value } = await connect().request(command);
      assert.deepEqual(value, { Response: [{ code: "200", status: "OK" }] });
      assert.equal(server.requests.length, 1);
    });

    it("are one answer where it is no list", async () => {
      server.answer = faults.json({ MediaContainer: { version: "1", size: 3 } });
      const { value } = await connect().request({ path: "/", all: true });
      assert.deepEqual(value, { version: "1", size: 3 });
      assert.equal(server.requests.length, 1);
    });

    it("are each tried again, on their own account", async () => {
      const busy = faults.status(503);
      answer(busy, busy, library, busy, busy, library, library);
      const { value } = await connect().request({ path: "/all", all: true });
      assert.deepEqual(value, whole);
      assert.equal(server.requests.length, 7);
    });

    const failures: readonly (readonly [string, Fault, string, number])[] = [
      ["a page that breaks off", faults.cutOffJson(), "invalid-response", 1],
      ["a connection that breaks off", faults.finInBody(), "unreachable", 3],
      ["503", faults.status(503), "server-error", 3],
      ["404", faults.status(404), "not-found", 1],
      ["a redirect", faults.redirect("http://192.168.1.20/"), "redirected", 1],
      ["HTML", faults.html(), "invalid-response", 1],
      ["more than 16 MiB", faults.hugeJson(17 * MIB), "invalid-response", 1],
    ];
    for (const [name, fault, code, attempts] of failures) {
      it(`fail as a whole with ${name}, and count the attempts of that page`, async () => {
        answer(library, fault);
        const error = await rejectionOf(connect().request({ path: "/all", all: true }));
        assert.deepEqual([error.code, error.attempts], [code, attempts]);
        assert.equal(server.requests.length, 1 + attempts);
      });
    }

    it("end between two pages when they are cancelled", async () => {
      const controller = new AbortController();
      const onProgress = () => {
        controller.abort();
      };
      const error = await rejectionOf(
        connect().request({ path: "/all", all: true, onProgress, signal: controller.signal }),
      );
      assert.equal(error.code, "cancelled");
      assert.equal(server.requests.length, 1);
    });
  });

  describe("a source", () => {
    let source: RecordingServer;
    const others: RecordingServer[] = [];

    beforeEach(async () => {
      source = await RecordingServer.start(faults.json({ MediaContainer: { name: "source" } }));
    });

    afterEach(async () => {
      await Promise.all([source, ...others.splice(0)].map((each) => each.close()));
    });

    const via = (target = source, accessToken = "transient-canary-source") => ({
      source: "server://0123456789abcdef",
      accessToken,
      connections: [{ uri: target.url, local: true }],
    });

    it("is asked at its connection, with its own token and never with the stored one", async () => {
      const { value } = await connect().request({ path: "/library/sections?a=1", query: { b: 2 }, via: via() });
      assert.deepEqual(value, { name: "source" });
      assert.equal(server.accepted, 0);
      const [request] = source.requests;
      assert.equal(request?.url, "/library/sections?a=1&b=2");
      assert.equal(request.headers["x-plex-token"], "transient-canary-source");
      assert.doesNotMatch(source.bytes, /canary-stored-token/);
    });

    it("is asked at the connection that was chosen", async () => {
      const chosen = { ...via(), connections: [{ uri: server.url }], connection: { uri: `${source.url}/base/` } };
      await connect().request({ path: "/a", via: chosen });
      assert.deepEqual([server.accepted, source.requests[0]?.url], [0, "/base/a"]);
    });

    it("keeps its connections for the next request, but not for another token", async () => {
      const client = connect();
      for (const accessToken of ["transient-1", "transient-1", "transient-2"]) {
        await client.request({ path: "/a", via: via(source, accessToken) });
      }
      assert.equal(source.accepted, 2);
      assert.deepEqual(
        source.requests.map(({ headers }) => headers["x-plex-token"]),
        ["transient-1", "transient-1", "transient-2"],
      );
    });

    it("is retried, paged and sent to a player like the own server", async () => {
      const client = connect({ timeout: 300 });
      const busy = faults.status(503);
      let turn = 0;
      const answers = [busy, faults.json({ MediaContainer: { Metadata: [1], totalSize: 1 } }), busy];
      source.answer = (...exchange) => {
        answers[turn++]?.(...exchange);
      };
      const { value } = await client.request({ path: "/all", via: via(), all: true });
      assert.deepEqual(value, { Metadata: [1], complete: true });
      const error = await rejectionOf(client.request({ path: "/player/playback/play", via: via(), player: "abc" }));
      assert.deepEqual([error.code, error.attempts, source.requests.length], ["server-error", 1, 3]);
      assert.equal(source.requests[2]?.headers["x-plex-target-client-identifier"], "abc");
    });

    const hints: readonly (readonly [Fault, string, RegExp])[] = [
      [faults.status(401), "unauthorized", /Ask plex-source-connection again with refresh on: the token/],
      [faults.status(403), "forbidden", /See what the owner of this source shares/],
      [faults.status(404), "not-found", /See whether the path is right/],
      [faults.fin(), "unreachable", /Ask plex-source-connection again with refresh on and probe on/],
      [faults.hang(), "timeout", /Ask plex-source-connection again/],
      [
        faults.redirect("https://login.example.org/in"),
        "redirected",
        /^Ask plex.* leads to https:\/\/login\.example\.org\.$/,
      ],
      [faults.redirect("/elsewhere"), "redirected", /^Ask plex-source-connection .* leads elsewhere\.$/],
      [faults.html(), "invalid-response", /^Ask plex-source-connection .* another program or a login page\.$/],
      [faults.gzipBomb(17 * MIB), "invalid-response", /^Ask for it in pages: turn on all/],
    ];
    for (const [fault, code, hint] of hints) {
      it(`tells what to do next after ${code}`, async () => {
        source.answer = fault;
        const error = await rejectionOf(connect({ timeout: 1000, retries: 0 }).request({ path: "/a", via: via() }));
        assert.equal(error.code, code);
        assert.match(error.hint, hint);
        assert.doesNotMatch(inspect(error, { depth: null, showHidden: true }), /canary/);
      });
    }

    for (const options of once) {
      for (const [code, fault] of [
        ["unreachable", faults.fin()],
        ["timeout", faults.hang()],
      ] as const) {
        it(`tells that ${nameOf(options)} may have been done all the same after ${code}`, async () => {
          source.answer = fault;
          const error = await rejectionOf(connect({ timeout: 200 }).request({ path: "/a", via: via(), ...options }));
          assert.equal(error.code, code);
          assert.match(error.hint, /^See whether it was done all the same before you send it again/);
          assert.equal(source.requests.length, 1);
        });
      }
    }

    describe("over https", () => {
      const { ca, server: good, selfSigned } = certificates();
      const ask = async (tls: PlexClientOptions["tls"], of = good) => {
        const secure = await RecordingServer.start(faults.json({ MediaContainer: { a: 1 } }), { tls: of });
        others.push(secure);
        return connect({ tls }).request({ path: "/a", via: via(secure) });
      };

      it("is trusted where an authority of the tls-config node has signed for it", async () => {
        const { value } = await ask({ ca, servername: "elsewhere.simulator.invalid" });
        assert.deepEqual(value, { a: 1 });
      });

      it("is trusted by nothing else that holds for the own server", async () => {
        for (const [tls, of] of [
          [{}, good],
          [{ rejectUnauthorized: false }, selfSigned],
        ] as const) {
          const error = await rejectionOf(ask(tls, of));
          assert.equal(error.code, "tls");
          assert.match(error.hint, /^Use the source's https:\/\/….plex.direct connection as it is/);
          assert.deepEqual(others.at(-1)?.requests, []);
        }
      });
    });

    it("is cancelled when the client is closed, and no other one is asked", async () => {
      source.answer = faults.hang();
      const client = connect();
      const calls = [via(), via(source, "transient-2")].map((each) =>
        rejectionOf(client.request({ path: "/a", via: each })),
      );
      while (source.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      client.close();
      for (const error of await Promise.all(calls)) assert.equal(error.code, "cancelled");
      assert.equal((await rejectionOf(client.request({ path: "/a", via: via() }))).code, "cancelled");
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(source.openSockets, 0);
    });

    it("keeps the connections of 8 that are idle, and of all that are not", async () => {
      const client = connect();
      for (let number = 0; number < 12; number += 1) others.push(await RecordingServer.start(faults.json({ a: 1 })));
      const open = () => others.map(({ openSockets }) => openSockets);
      for (const other of others.slice(0, 10)) await client.request({ path: "/a", via: via(other) });
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.deepEqual(open(), [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);

      // Asked again, the third is not the one that was idle for longest.
      await client.request({ path: "/a", via: via(others[2]) });
      others[10]!.answer = faults.hang();
      const hanging = rejectionOf(client.request({ path: "/a", via: via(others[10]) }));
      await client.request({ path: "/a", via: via(others[11]) });
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.deepEqual(open(), [0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
      client.close();
      assert.equal((await hanging).code, "cancelled");
    });
  });

  it("shares the connections of the client, and their limit", async () => {
    const client = connect();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, server.openSockets)), 1);
    await Promise.all(Array.from({ length: 200 }, () => client.request({ path: "/a" })));
    clearInterval(watch);
    assert.equal(server.requests.length, 200);
    assert.ok(most <= 32, `${most} connections`);
  });

  it("shows no token in what it throws", async () => {
    const kinds = [
      faults.status(401),
      faults.status(302, { headers: { Location: `http://${token}.example.org/` } }),
      faults.fin(),
    ];
    for (const fault of kinds) {
      server.answer = fault;
      const error = await rejectionOf(connect({ retries: 0 }).request({ path: "/a" }));
      assert.doesNotMatch(inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error), /canary/);
    }
  });
});
