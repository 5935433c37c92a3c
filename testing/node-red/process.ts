import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { cp, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { getInstalledPackage, makeFolder } from "./packed-package";
import type { Runtime } from "./runtimes";

/** A node as it stands in a flow file. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

/** How a Node-RED is started. */
export interface NodeRedOptions {
  /** Environment variables on top of the few that programs need to run at all. */
  readonly env?: Readonly<Record<string, string>>;
  /** On top of the settings that keep Node-RED to itself. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The folder that has the package in its node_modules; the packed working tree unless told. */
  readonly installed?: string | undefined;
  /** Called with the user folder, the package already installed in it, before Node-RED starts. */
  readonly prepare?: (userDir: string) => Promise<void>;
}

/** Which nodes a deploy makes anew. */
export type DeployType = "full" | "flows" | "nodes" | "reload";

/** A message that reached a `probe` node: everything on it but `req` and `res`. */
export interface ProbedMessage {
  readonly probe: string;
  /** Epoch ms. */
  readonly time: number;
  readonly msg: Readonly<Record<string, unknown>>;
}

/** A node object in words. */
export interface NodeDump {
  readonly type: string;
  readonly json: string;
  readonly inspect: string;
  /** `util.inspect` with what is not enumerable, and the values of getters. */
  readonly hidden: string;
}

/** What a flow answered to an HTTP request. */
export interface FlowAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface FlowsEvent {
  readonly event: "started" | "stopping" | "stopped";
  readonly time: number;
  /** See `readTally`. */
  readonly tally: unknown;
}

type Report =
  | ({ readonly kind: "message" } & ProbedMessage)
  | ({ readonly kind: "flows" } & FlowsEvent)
  | { readonly kind: "answer"; readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly kind: "loaded"; readonly module: string };

const probe = join(__dirname, "probe");
const passedOn = ["PATH", "Path", "SystemRoot", "TEMP", "TMP", "TMPDIR"];

/** The fewest variables: npm's own, which a test run is full of, would count as proxy settings. */
function environment(userDir: string, env: NodeRedOptions["env"]): NodeJS.ProcessEnv {
  const inherited: NodeJS.ProcessEnv = {};
  for (const name of passedOn) if (process.env[name] !== undefined) inherited[name] = process.env[name];
  return { ...inherited, HOME: userDir, USERPROFILE: userDir, ...env };
}

/** Node-RED takes no port 0. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function makeUserDir(port: number, { installed, settings, prepare }: NodeRedOptions): Promise<string> {
  const userDir = await makeFolder("user");
  await cp(installed ?? (await getInstalledPackage()), userDir, { recursive: true });
  await cp(probe, join(userDir, "nodes"), { recursive: true });
  await writeFile(join(userDir, "flows.json"), "[]");
  const all = {
    uiHost: "127.0.0.1",
    uiPort: port,
    flowFile: "flows.json",
    credentialSecret: "a secret of the tests",
    lang: "en-US",
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { autoInstall: false, palette: { allowInstall: false } },
    editorTheme: { tours: false },
    logging: { console: { level: "trace", metrics: true, audit: true } },
    ...settings,
  };
  await writeFile(join(userDir, "settings.js"), `module.exports = ${JSON.stringify(all)};\n`);
  await prepare?.(userDir);
  return userDir;
}

/** A real Node-RED in a process of its own, with the packed package installed. */
export class NodeRedProcess {
  readonly url: string;
  readonly userDir: string;
  /** All that it wrote, down to trace level. */
  log = "";
  /** What reached `probe` nodes, in order. */
  readonly messages: ProbedMessage[] = [];
  /** Modules that told of being loaded; see `tellWhenLoaded`. */
  readonly loaded: string[] = [];
  readonly #spawned = Date.now();
  readonly #child: ChildProcess;
  readonly #changes = new EventEmitter();
  readonly #flows: FlowsEvent[] = [];
  readonly #answers = new Map<number, { readonly value?: unknown; readonly error?: string }>();
  readonly #ended: Promise<void>;
  #end: string | undefined;
  #stopping = false;
  #asked = 0;

  /** Use `startNodeRed`. */
  constructor(runtime: Runtime, port: number, userDir: string, env: NodeJS.ProcessEnv) {
    this.url = `http://127.0.0.1:${port}/`;
    this.userDir = userDir;
    this.#changes.setMaxListeners(0);
    this.#child = spawn(runtime.node, [runtime.red, "-u", userDir, "-s", join(userDir, "settings.js")], {
      cwd: userDir,
      env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.log += text;
        this.#changes.emit("change");
      });
    }
    this.#child.on("message", (report) => {
      this.#take(report as Report);
    });
    this.#ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#end ??= how;
        this.#changes.emit("change");
        resolve();
      };
      this.#child.once("error", (error) => {
        end(error.message);
      });
      this.#child.once("close", (code, signal) => {
        end(signal ?? `exit code ${code ?? "unknown"}`);
      });
    });
  }

  /** Whether the process still runs: an uncaught exception ends it. */
  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /** Fails with the last lines of the log when the process has ended without having been told to. */
  assertAlive(): void {
    assert.ok(
      this.isAlive || this.#stopping,
      `Node-RED ended by itself (${this.#end ?? ""}):\n${this.log.slice(-4000)}`,
    );
  }

  /** How long it took from the start of the process until its flows had started, in ms. */
  get startingTime(): number {
    return (this.#flows.find(({ event }) => event === "started")?.time ?? Number.NaN) - this.#spawned;
  }

  /** How long the last deploy took to stop the nodes that it stopped, in ms. */
  get stoppingTime(): number {
    const last = (event: string) => this.#flows.filter((entry) => entry.event === event).at(-1)?.time;
    return (last("stopped") ?? Number.NaN) - (last("stopping") ?? Number.NaN);
  }

  /** What had become of a burst of messages when nodes were last stopped; see `readTally`. */
  get tallyOfLastStop(): unknown {
    return this.#flows.filter(({ event }) => event === "stopped").at(-1)?.tally;
  }

  /** How the process ended: "exit code 0" or a signal; undefined while it runs. */
  get ending(): string | undefined {
    return this.#end;
  }

  /** What reached the probe nodes of this name. */
  messagesAt(name: string): ProbedMessage[] {
    return this.messages.filter(({ probe: at }) => at === name);
  }

  /** Waits until there is something; rejects when there is nothing in time, or the process ends before. */
  async until<T>(find: () => T | undefined | false, what: string, ms = 15_000): Promise<T> {
    const deadline = Date.now() + ms;
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      this.assertAlive();
      assert.ok(Date.now() < deadline, `${what} did not come within ${ms} ms:\n${this.log.slice(-4000)}`);
      await this.#change(Math.min(deadline - Date.now(), 250));
    }
  }

  /** Waits for Node-RED to have started its (empty) flows and to listen. */
  async ready(): Promise<void> {
    await this.until(() => this.log.includes("Server now running"), "Node-RED's server", 60_000);
    await this.until(() => this.#count("started") > 0, "the first start of the flows", 60_000);
  }

  /** Asks the admin API; a path has no slash in front. */
  admin(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + path, { signal: AbortSignal.timeout(20_000), ...init });
  }

  /** The JSON that the admin API answers with; anything but 200 fails. */
  async adminJson(path: string): Promise<unknown> {
    const response = await this.admin(path, { headers: { Accept: "application/json" } });
    assert.equal(response.status, 200, path);
    return response.json();
  }

  /** Deploys, and waits until what was deployed runs. */
  async deploy(flows: readonly FlowNode[], type: DeployType = "full"): Promise<void> {
    const before = this.#count("started");
    const response = await this.admin("flows", {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Node-RED-API-Version": "v2",
        "Node-RED-Deployment-Type": type,
      },
      body: JSON.stringify({ flows }),
    });
    assert.equal(response.status, 200, await response.text());
    await this.until(() => this.#count("started") > before, "the start of the deployed flows");
  }

  /** Posts JSON to an `http in` node, and waits for what the flow answers. */
  async post(path: string, body: unknown = {}): Promise<FlowAnswer> {
    const response = await fetch(this.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    }).catch((error: unknown) => {
      this.assertAlive();
      assert.fail(`${path} got no answer (${String(error)}):\n${this.log.slice(-4000)}`);
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }

  /** Sends a message to a node, as a wire would. */
  async inject(node: string, msg: Readonly<Record<string, unknown>>): Promise<void> {
    await this.command("inject", { node, msg });
  }

  /** Sets environment variables of the running process; null removes one. */
  async setEnvironment(variables: Readonly<Record<string, string | null>>): Promise<void> {
    await this.command("environment", { variables });
  }

  /** A node object as `util.inspect` and `JSON.stringify` show it. */
  async dump(node: string): Promise<NodeDump> {
    return (await this.command("dump", { node })) as NodeDump;
  }

  /** What keeps the process's event loop busy, such as "TCPSocketWrap" and "Timeout". */
  async resources(): Promise<string[]> {
    return (await this.command("resources", {})) as string[];
  }

  /** Has the probe package do something, by one of its `commands`. */
  async command(command: string, input: object = {}): Promise<unknown> {
    this.assertAlive();
    const id = ++this.#asked;
    this.#child.send({ id, command, ...input });
    const { value, error } = await this.until(() => this.#answers.get(id), `the answer to ${command}`);
    assert.equal(error, undefined);
    return value;
  }

  /** Ends the process in the ordinary way. Rejects when it had ended by itself, or does not end properly. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.#stopping) return;
    try {
      this.assertAlive();
      this.#stopping = true;
      this.#child.kill(signal);
      const timeout = new Promise((resolve) => setTimeout(resolve, 10_000).unref());
      await Promise.race([this.#ended, timeout]);
      assert.ok(!this.isAlive, `Node-RED did not end when told to:\n${this.log.slice(-4000)}`);
    } finally {
      this.#child.kill("SIGKILL");
    }
  }

  #take(report: Report): void {
    if (report.kind === "message") this.messages.push(report);
    if (report.kind === "flows") this.#flows.push(report);
    if (report.kind === "answer") this.#answers.set(report.id, report);
    if (report.kind === "loaded") this.loaded.push(report.module);
    this.#changes.emit("change");
  }

  #count(event: string): number {
    return this.#flows.filter((entry) => entry.event === event).length;
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.#changes.off("change", settle);
        resolve();
      };
      const timer = setTimeout(settle, ms);
      this.#changes.once("change", settle);
    });
  }
}

/** Starts a Node-RED, with the packed package installed and the `probe` node of these tests beside it. */
export async function startNodeRed(runtime: Runtime, options: NodeRedOptions = {}): Promise<NodeRedProcess> {
  const port = await findFreePort();
  const userDir = await makeUserDir(port, options);
  const nodeRed = new NodeRedProcess(runtime, port, userDir, environment(userDir, options.env));
  try {
    await nodeRed.ready();
  } catch (error) {
    await nodeRed.stop().catch(() => undefined);
    throw error;
  }
  return nodeRed;
}
