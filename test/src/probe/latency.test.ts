import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { after, before, describe, it } from "mocha";
import { startSimulator, type Simulator } from "../../../simulator";

const run = promisify(execFile);
const root = resolve(__dirname, "../../..");

/** ms that the HTTP library takes to load, as on a small computer. */
const loading = 1_000;

/** Holds the library back in a process of its own. */
const hooks = `export async function resolve(specifier, context, next) {
  if (specifier === "got") await new Promise((done) => setTimeout(done, ${loading}));
  return next(specifier, context);
}`;

/** Tries one address in a process that has not asked anything yet, and prints how long it took and what it measured. */
const script = `
  const { register } = require("node:module");
  register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
  const { createProbeLimit, probe } = require("./src/probe");
  const start = performance.now();
  const [uri, machineIdentifier] = process.argv.slice(1);
  const connections = [{ uri, protocol: "http", address: "127.0.0.1", port: 1, local: true, relay: false }];
  probe({ connections, machineIdentifier, headers: {}, timeout: 10_000, limit: createProbeLimit() }).then(({ connection }) => {
    console.log(JSON.stringify({ took: performance.now() - start, latency: connection?.latency ?? null }));
  });
`;

describe("latency", () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator();
  });
  after(() => simulator.close());

  it("is the server's, and the time that the library takes to load is not in it", async function () {
    this.timeout(30_000);
    const args = ["--import", "tsx", "--eval", script, "--", simulator.url, simulator.machineIdentifier];
    const { stdout } = await run(process.execPath, args, { cwd: root });
    const { took, latency } = JSON.parse(stdout) as { took: number; latency: number | null };
    assert.ok(took >= loading, `the library was held back: ${took} ms`);
    assert.ok(latency !== null && latency < loading / 2, `${latency} ms`);
  });
});
