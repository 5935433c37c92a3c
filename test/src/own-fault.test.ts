import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, it } from "mocha";
import { PlexError } from "../../src/errors";
import { HttpClient } from "../../src/http";
import { asPlexError, describeFault } from "../../src/own-fault";
import { faults } from "../../simulator";
import { RecordingServer } from "../../testing/http/recording-server";
import { rejectionOf } from "../../testing/rejection";

const run = promisify(execFile);
const root = resolve(__dirname, "../..");

/** An error with a text that tells what it must not. */
function faulty(text = "canary"): unknown {
  try {
    return (undefined as unknown as { property: unknown }).property;
  } catch (error) {
    (error as Error).message = text;
    return error;
  }
}

describe("a fault of our own", () => {
  it("is told by its name, its code and its first place inside the package", () => {
    assert.match(describeFault(faulty()), /^TypeError, test\/src\/own-fault\.test\.ts:\d+$/);
    assert.match(
      describeFault(Object.assign(new Error("canary"), { code: "ERR_SOME_THING" })),
      /^Error ERR_SOME_THING, test\//,
    );
    const outside = new Error("canary");
    outside.stack = `Error: canary\n    at x (node:internal/x:1:1)\n    at y (${root}/node_modules/got/dist/a.js:7:1)`;
    assert.equal(describeFault(outside), "Error");
    outside.stack += `\n    at file://${root}/src/http/body.js:42:7`;
    assert.equal(describeFault(outside), "Error, src/http/body.js:42");
  });

  it("is never told by its text, whatever that looks like", () => {
    const texts = ["canary", `x\n    at y (${root}/canary/canary.js:1:1)`, `${root}/canary.js:1`, "canary\n".repeat(5)];
    for (const text of texts) {
      const error = new RangeError(text);
      assert.doesNotMatch(describeFault(error), /canary/, text);
      assert.doesNotMatch(asPlexError(error).message, /canary/, text);
    }
    const named = Object.assign(new Error("x"), { name: "canary name", code: "canary code" });
    assert.doesNotMatch(describeFault(named), /canary/);
  });

  it("can be anything", () => {
    const unreadable = {
      get name(): string {
        throw new Error("canary");
      },
      get stack(): string {
        throw new Error("canary");
      },
    };
    for (const thrown of [undefined, null, "canary", 5, Symbol("canary"), {}, unreadable, new Proxy({}, {})]) {
      assert.equal(describeFault(thrown), "Error");
    }
    const known = new PlexError({ code: "timeout", what: "A.", hint: "B." });
    assert.equal(asPlexError(known), known);
  });

  it("in what reads an answer ends the request with its place", async () => {
    const server = await RecordingServer.start(faults.json({ secret: "canary" }));
    const options = { url: server.url, token: "abc", headers: {}, timeout: 2000, retries: 2, proxy: "" };
    const client = new HttpClient(options);
    const read = (document: unknown): unknown => (document as { a: { b: unknown } }).a.b;
    const error = await rejectionOf(client.request({ path: "/", methods: ["GET"], read }));
    client.close();
    await server.close();
    assert.deepEqual([error.code, error.detail, error.attempts], ["invalid-response", "own-fault", 1]);
    assert.match(
      error.message,
      /inside node-red-contrib-plex-access \(TypeError, test\/src\/own-fault\.test\.ts:\d+\)/,
    );
    assert.doesNotMatch(`${error.message}${error.stack ?? ""}`, /canary|reading|undefined/);
    assert.equal(server.requests.length, 1);
  });
});

describe("a package that is missing", () => {
  /** Lets the HTTP library be missing once, or for good, in a process of its own that asks twice. */
  async function askWithout(times: number): Promise<{ code: string; detail: string; message: string }[]> {
    const hooks = `let left = ${times};
      export async function resolve(specifier, context, next) {
        if (specifier !== "got" || left-- <= 0) return next(specifier, context);
        throw Object.assign(new Error("Cannot find package canary"), { code: "ERR_MODULE_NOT_FOUND" });
      }`;
    const script = `
      const { register } = require("node:module");
      register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
      const { PlexClient } = require("./src");
      const { createProbeLimit, probe } = require("./src/probe");
      const client = new PlexClient({ url: "http://127.0.0.1:1", token: "abc", clientIdentifier: "x", retries: 2 });
      const connections = [{ uri: "http://127.0.0.1:1", protocol: "http", address: "", port: 1, local: true, relay: false }];
      const tryAll = () => probe({ connections, machineIdentifier: "", headers: {}, timeout: 500, limit: createProbeLimit() });
      const tell = ({ code, detail, message, attempts }) => ({ code, detail, message, attempts });
      (async () => {
        const first = await client.getTransientToken().catch(tell);
        const second = await client.getTransientToken().catch(tell);
        const third = await tryAll().then(() => ({}), tell);
        client.close();
        console.log(JSON.stringify([first, second, third]));
      })();`;
    const { stdout } = await run(process.execPath, ["--import", "tsx", "--eval", script], { cwd: root });
    return JSON.parse(stdout) as { code: string; detail: string; message: string }[];
  }

  it("is named, with what Node.js calls it and what to do, by requests and probes", async function () {
    this.timeout(30_000);
    const errors = await askWithout(9);
    assert.equal(errors.length, 3);
    for (const { code, detail, message } of errors) {
      assert.deepEqual([code, detail], ["invalid-response", "own-fault"]);
      assert.match(message, /^The package got, which .* cannot be loaded \(Error ERR_MODULE_NOT_FOUND.*\)\. Install/);
      assert.doesNotMatch(message, /canary/);
    }
  });

  it("is asked for again by the next message", async function () {
    this.timeout(30_000);
    const [first, second] = await askWithout(1);
    assert.equal(first!.detail, "own-fault");
    assert.match(second!.message, /^The server refused the connection/);
  });
});
