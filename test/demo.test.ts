import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startSimulator, type Simulator } from "../simulator";
import { openComms } from "../testing/node-red/comms";

const root = join(__dirname, "..");
const ready = "Ctrl-C stops everything.";
const isWindows = process.platform === "win32";

/** A run of the demo, as its user sees it. */
class DemoRun {
  output = "";
  readonly ended: Promise<number | null>;
  readonly child: ChildProcess;

  constructor(temp: string, env: Record<string, string> = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PLEX_"));
    this.child = spawn(process.execPath, ["--import", "tsx", join(root, "demo", "start.ts")], {
      cwd: root,
      env: { ...Object.fromEntries(inherited), TMPDIR: temp, TEMP: temp, TMP: temp, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  /** Waits until the demo has printed this. */
  async shows(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      assert.equal(this.child.exitCode, null, this.output);
      await sleep(20);
    }
  }

  get editor(): string {
    return /http:\/\/127\.0\.0\.1:\d+$/m.exec(
      this.output.slice(this.output.indexOf("Editor")).replaceAll("  (", "\n("),
    )![0];
  }

  /** The Node-RED that the demo has started; the TypeScript loader may have a process of its own beside it. */
  get nodeRed(): number | undefined {
    return processes().find(({ parent, name }) => parent === this.child.pid && /node-red|red\.js/.test(name))?.pid;
  }

  /** Sends a signal; tells the exit code and how long it took, in ms. */
  async end(signal: NodeJS.Signals): Promise<{ code: number | null; took: number }> {
    const start = Date.now();
    this.child.kill(signal);
    const code = await this.ended;
    return { code, took: Date.now() - start };
  }
}

/** The processes of this machine that have not ended; one that nobody has asked for its end is a zombie (Z). */
function processes() {
  const list = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" });
  const rows = list.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []);
  return rows
    .filter(([, , , state]) => state?.startsWith("Z") === false)
    .map(([, pid, parent, , name]) => ({ pid: Number(pid), parent: Number(parent), name: name! }));
}

const isAlive = (pid: number) => processes().some((process) => process.pid === pid);

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly label?: string;
  readonly name?: string;
  readonly disabled?: boolean;
}

/** What the devices of the demo say when a button is pressed that has to do with them, in the order of the examples. */
const devices: Readonly<Record<string, readonly string[]>> = {
  "On the TV": ["Living Room TV: plays The Lantern Keeper"],
  "A friend's film on the TV": ["Living Room TV: plays The Lantern Keeper"],
  "On the Cast device": ["Cast device: plays The Lantern Keeper"],
  Ring: ["Living Room TV: pauses The Lantern Keeper"],
  "Talk is over": ["Living Room TV: goes on with The Lantern Keeper"],
  "To the speaker": ["Kitchen speaker: plays a file of 16044 bytes"],
};

describe("demo", function () {
  this.timeout(90_000);

  let temp: string;
  let demo: DemoRun | undefined;
  const leftovers = () => readdirSync(temp).filter((name) => name.startsWith("plex-access-demo-"));
  const run = (env?: Record<string, string>) => (demo = new DemoRun(temp, env));

  before(function () {
    // Windows ends a process at once, without a signal that it could act on.
    if (isWindows) this.skip();
    if (!existsSync(join(root, "dist", "nodes"))) execFileSync("npm", ["run", "build"], { cwd: root });
    temp = mkdtempSync(join(tmpdir(), "plex-access-test-"));
  });
  afterEach(async () => {
    const left = demo?.nodeRed;
    demo?.child.kill("SIGKILL");
    await demo?.ended;
    if (left !== undefined && isAlive(left)) process.kill(left, "SIGKILL");
    for (const name of leftovers()) rmSync(join(temp, name), { recursive: true, force: true });
    demo = undefined;
  });
  after(() => {
    if (!isWindows) rmSync(temp, { recursive: true, force: true });
  });

  describe("with the simulated server", () => {
    let holder: Server | undefined;
    before(async () => {
      holder = createServer();
      // Where another program has the port already, the demo meets that one.
      await new Promise<void>((resolve) =>
        holder
          ?.once("error", () => {
            resolve();
          })
          .listen(1880, "127.0.0.1", resolve),
      );
    });
    after(() => holder?.close());

    it("shows a token and a source, opens the editor on the next free port, and is gone at Ctrl-C", async () => {
      const { output, editor, nodeRed } = await started();
      const lines = output.split("\n").map((line) => line.trim());
      const token = /^✔ Token +(transient-[0-9a-f-]{36})$/m.exec(output)?.[1];
      assert.ok(token !== undefined, output);
      assert.match(output, /^ +expires +.*\d.*: in 48 hours, or when the server restarts$/m);
      assert.match(output, /^✔ Source +Living Room {2}server:\/\/[0-9a-f]{40}$/m);
      assert.match(output, /^▶ TV +Living Room TV: plays Paper Harbour$/m);
      assert.match(output, /^● Event +started Paper Harbour on Living Room TV$/m);
      const connections = lines.flatMap(
        (line) => /^\d (local|remote|relay) +(https?):/.exec(line)?.slice(1, 3).join(" ") ?? [],
      );
      assert.deepEqual(connections, ["local https", "local http", "remote https", "relay https"]);
      const server = /^ +Server +(\S+), a simulated one$/m.exec(output)![1]!;
      const sections = await fetch(`${server}/library/sections`, { headers: { "X-Plex-Token": token } });
      assert.equal(sections.status, 200);

      assert.notEqual(new URL(editor).port, "1880");
      assert.ok(output.includes("(port 1880 is taken)"));
      assert.match(await (await fetch(editor)).text(), /<title>Plex Access demo<\/title>/);

      const { code, took } = await demo!.end("SIGINT");
      assert.equal(code, 0);
      assert.ok(took < 5000, String(took));
      assert.ok(demo!.output.endsWith(`${ready}\n\nStopping …\n`), demo!.output);
      assert.ok(!isAlive(nodeRed));
      await assert.rejects(fetch(editor));
      await assert.rejects(fetch(server));
      assert.deepEqual(leftovers(), []);
    });

    it("has every example on a tab of its own, set up and running", async () => {
      const { editor } = await started();
      const nodes = (await (await fetch(`${editor}/flows`)).json()) as FlowNode[];
      const tabs = nodes.filter(({ type }) => type === "tab");
      const examples = readdirSync(join(root, "examples")).map((file) => file.replace(/\.json$/, ""));
      assert.deepEqual(
        tabs.map(({ label }) => label),
        [...examples.sort(), "What ran"],
      );
      assert.ok(tabs.every(({ disabled }) => disabled === false));
      assert.ok(!JSON.stringify(nodes).includes('192.168.1.10:32400","client'));

      const part = "/library/parts/1/1767225600/file.wav";
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ part });
      const answer = await fetch(`${editor}/plex/media-url`, { method: "POST", headers, body });
      const { url } = (await answer.json()) as { url: string };
      assert.equal((await fetch(url)).headers.get("content-type"), "audio/wav");
    });

    it("shows a result at the press of every button, and its devices say what they do", async () => {
      const { editor } = await started();
      const nodes = (await (await fetch(`${editor}/flows`)).json()) as FlowNode[];
      const labels = new Map(nodes.filter(({ type }) => type === "tab").map(({ id, label = "" }) => [id, label]));
      const names = new Map(nodes.map(({ id, z = "", name = "" }) => [id, `${labels.get(z) ?? ""}: ${name}`]));
      const comms = await openComms({ url: `${editor}/` });
      /** What debug nodes have shown, by example and name. */
      const shown = () =>
        comms.messages
          .filter(({ topic }) => topic === "debug")
          .map(({ data }) => names.get((data as { id: string }).id) ?? "");
      const said = () => [...demo!.output.matchAll(/^▶ \S+ +(.+)$/gm)].map(([, words]) => words);
      const pressed: string[] = [];
      // What they tell comes after minutes of quiet: test/examples/ runs them with shorter times.
      const isSlow = (label = "") => /^1[89] /.test(label);
      for (const { id, z = "", name = "" } of nodes.filter(
        (each) => each.type === "inject" && !isSlow(labels.get(each.z ?? "")),
      )) {
        const before = { shown: shown().length, said: said().length };
        assert.equal((await fetch(`${editor}/inject/${id}`, { method: "POST" })).status, 200);
        const expected = devices[name] ?? [];
        const isThere = () =>
          said().length >= before.said + expected.length &&
          (expected.length > 0 ||
            shown()
              .slice(before.shown)
              .some((each) => each.startsWith(`${labels.get(z)!}: `)));
        const end = Date.now() + 20_000;
        while (!isThere()) {
          assert.ok(Date.now() < end, `${name} shows nothing: ${shown().slice(before.shown).join()}`);
          await sleep(20);
        }
        assert.deepEqual(said().slice(before.said), expected, name);
        pressed.push(labels.get(z)!);
      }
      const withButtons = [...labels.values()].filter((label) => !/^05|^What ran/.test(label) && !isSlow(label));
      assert.deepEqual([...new Set(pressed)].sort(), withButtons.sort());
      assert.equal(said()[0], "Living Room TV: plays Paper Harbour");
      const events = [...demo!.output.matchAll(/^● Event +(\S+ .+)$/gm)].map(([, words]) => words);
      const onTv = ["started Paper Harbour", "changed The Lantern Keeper", "paused The Lantern Keeper"];
      assert.deepEqual(
        onTv.filter((words) => !events.includes(`${words} on Living Room TV`)),
        [],
        events.join(),
      );
      assert.deepEqual(
        shown().filter((each) => /: (?:.*error|none answers|no connection|notification)$/i.test(each)),
        [],
      );
      const red = comms.messages.filter(({ data }) => (data as { fill?: string }).fill === "red");
      assert.deepEqual(red, []);
      const playing = comms.messages.find(({ data }) => names.get((data as { id: string }).id)?.endsWith("What plays"));
      assert.match(JSON.stringify(playing), /The Lantern Keeper/);
      await comms.close();
    });

    it("stops in time when Node-RED hangs", async () => {
      const { nodeRed } = await started();
      process.kill(nodeRed, "SIGSTOP");
      const { code, took } = await demo!.end("SIGTERM");
      assert.equal(code, 0);
      assert.ok(took >= 2900 && took < 5000, String(took));
      assert.ok(!isAlive(nodeRed));
      assert.deepEqual(leftovers(), []);
    });

    it("stops while it is still starting", async () => {
      run();
      while (demo!.nodeRed === undefined) await sleep(20);
      const nodeRed = demo!.nodeRed;
      const { code, took } = await demo!.end("SIGINT");
      assert.equal(code, 0);
      assert.ok(took < 5000, String(took));
      assert.ok(demo!.output.endsWith("Starting Node-RED …\n\nStopping …\n"), demo!.output);
      assert.ok(!isAlive(nodeRed));
      assert.deepEqual(leftovers(), []);
    });

    it("says so and stops when Node-RED ends by itself", async () => {
      const { nodeRed } = await started();
      process.kill(nodeRed, "SIGKILL");
      assert.equal(await demo!.ended, 1);
      assert.match(demo!.output, /\n\nNode-RED has ended by itself\.\n$/);
      assert.deepEqual(leftovers(), []);
    });

    it("leaves no Node-RED behind even when it is killed", async () => {
      const { nodeRed } = await started();
      await demo!.end("SIGKILL");
      while (isAlive(nodeRed)) await sleep(20);
      assert.deepEqual(leftovers(), []);
    });
  });

  describe("with a real server", () => {
    let simulator: Simulator;
    before(async () => {
      simulator = await startSimulator();
    });
    after(() => simulator.close());
    beforeEach(() => {
      simulator.requests.length = 0;
    });

    it("asks it with its token, and does not show the token that it gives", async () => {
      const { url: PLEX_URL, token: PLEX_TOKEN, machineIdentifier } = simulator;
      const { output } = await started({ PLEX_URL, PLEX_TOKEN });
      assert.match(output, /^ +Server +http:\/\/127\.0\.0\.1:\d+$/m);
      assert.match(output, /^✔ Token +transient-[0-9a-f]{4}… \(shortened: it opens your server\)$/m);
      assert.ok(output.includes(`Living Room  server://${machineIdentifier}\n`));
      assert.ok(output.includes("Set PLEX_CLIENT_IDENTIFIER to a UUID of your own"));
      assert.doesNotMatch(output, /transient-[0-9a-f]{8}/);
      assert.ok(!output.includes(PLEX_TOKEN));
      assert.deepEqual(
        // The flows on plex-events listen, which is none of the demo's questions.
        simulator.requests
          .map(({ method, path }) => `${method} ${path}`)
          .filter((each) => !/eventsource|status\/sessions/.test(each)),
        ["GET /identity", "POST /security/token", "GET /security/resources"],
      );
    });

    it("asks for the source, and with the identifier, that it is told", async () => {
      const { url, token, sharedServer } = simulator;
      const env = { PLEX_URL: `${url}/web/index.html#!/`, PLEX_TOKEN: token, PLEX_SOURCE: sharedServer };
      const { output } = await started({ ...env, PLEX_CLIENT_IDENTIFIER: "one-of-my-own" });
      assert.ok(output.includes(`✔ Source   Attic  ${sharedServer}\n`));
      assert.ok(!output.includes("PLEX_CLIENT_IDENTIFIER"));
      const identifiers = simulator.requests.map(({ headers }) => headers["x-plex-client-identifier"]);
      assert.deepEqual(new Set(identifiers), new Set(["one-of-my-own"]));
    });

    it("says what is wrong, runs on, and fails in the end", async () => {
      const { output, editor } = await started({ PLEX_URL: simulator.url, PLEX_TOKEN: "not-the-owners" });
      const sentence =
        "The server does not accept the token. Sign in again or enter a new X-Plex-Token in the plex-config node.";
      assert.ok(output.includes(`✘ Error    ${sentence}\n`), output);
      assert.doesNotMatch(output, /✔|not-the-owners|at .*\.ts/);
      assert.equal((await fetch(editor)).status, 200);
      assert.equal((await demo!.end("SIGINT")).code, 1);
    });

    it("wants both, address and token", async () => {
      run({ PLEX_URL: simulator.url });
      assert.equal(await demo!.ended, 1);
      assert.ok(demo!.output.includes("Set both PLEX_URL and PLEX_TOKEN for a real server"));
      assert.deepEqual(leftovers(), []);
    });
  });

  it("is what npm start runs", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { start: string } };
    assert.match(scripts.start, /^npm run build && .*demo\/start\.ts$/);
  });

  async function started(env?: Record<string, string>) {
    run(env);
    await demo!.shows(ready);
    return { output: demo!.output, editor: demo!.editor, nodeRed: demo!.nodeRed! };
  }
});
