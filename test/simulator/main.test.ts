import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { startSimulator, type Simulator } from "../../simulator";
import { ask, container } from "../../testing/http/ask";

const MAIN = join(__dirname, "..", "..", "simulator", "main.ts");

interface FirstLine {
  readonly url: string;
  readonly token: string;
  readonly machineIdentifier: string;
  readonly sharedServer: string;
  readonly provider: string;
}

describe("simulator: command line", () => {
  let child: ChildProcess | undefined;
  let simulator: Simulator | undefined;
  afterEach(async () => {
    child?.kill("SIGKILL");
    await simulator?.close();
    simulator = undefined;
  });

  const follow = (running: ChildProcess) => {
    child = running;
    const output = { stdout: "", stderr: "" };
    const ended = new Promise<number | null>((resolve) => running.once("close", resolve));
    const line = new Promise<void>((resolve) => {
      running.stdout?.on("data", (chunk: Buffer) => {
        output.stdout += chunk.toString();
        if (output.stdout.includes("\n")) resolve();
      });
    });
    running.stderr?.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    return { output, ended, started: Promise.race([line, ended]), running };
  };
  const run = (...args: string[]) =>
    follow(spawn(process.execPath, ["--import", "tsx", MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] }));

  it("says in its first line, as JSON, where and who it is, and resolves what it names", async () => {
    const { output, ended, started, running } = run("--port", "0");
    await started;
    const first = JSON.parse(output.stdout.split("\n")[0]!) as FirstLine;
    assert.deepEqual(Object.keys(first), ["url", "token", "machineIdentifier", "sharedServer", "provider"]);
    const headers = { Accept: "application/json", "X-Plex-Token": first.token };
    const root = container(await ask(`${first.url}/`, { headers }));
    assert.equal(root["machineIdentifier"], first.machineIdentifier);
    assert.match(first.sharedServer, /^server:\/\//);
    assert.match(first.provider, /^provider:\/\//);
    for (const source of [first.sharedServer, first.provider]) {
      assert.equal((await ask(`${first.url}/security/resources?source=${source}`, { headers })).status, 200);
    }
    running.kill("SIGTERM");
    assert.equal(await ended, 0);
    assert.equal(output.stderr, "");
  });

  it("ends cleanly at SIGINT with a connection open", async () => {
    const { output, ended, started, running } = run();
    await started;
    const { url } = JSON.parse(output.stdout) as FirstLine;
    await (await fetch(`${url}/identity`)).text();
    running.kill("SIGINT");
    assert.equal(await ended, 0);
  });

  it("ends when npm has been ended, whose shell passes no signal on", async function () {
    if (process.platform === "win32") this.skip();
    const script = `"${process.execPath}" --import tsx "${MAIN}"; exit`;
    const env = { ...process.env, npm_lifecycle_event: "simulator" };
    const { ended, started, running } = follow(
      spawn("/bin/sh", ["-c", script], { env, stdio: ["ignore", "pipe", "pipe"] }),
    );
    await started;
    running.kill("SIGTERM");
    // The pipe closes with the last process that holds it: the simulator itself.
    await ended;
  });

  it("says in one line that a port is taken, and fails", async () => {
    simulator = await startSimulator();
    const { output, ended } = run("--port", new URL(simulator.url).port);
    assert.equal(await ended, 1);
    assert.equal(output.stdout, "");
    assert.match(output.stderr, /^simulator: port already in use .*\n$/);
  });

  it("refuses arguments that make no sense", async () => {
    for (const args of [
      ["--port", "x"],
      ["--port", "70000"],
      ["--prot", "1"],
    ]) {
      const { output, ended } = run(...args);
      assert.equal(await ended, 1);
      assert.match(output.stderr, /^simulator: [^\n]+\n$/);
    }
  });
});
