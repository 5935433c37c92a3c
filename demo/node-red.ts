import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cleanup } from "./cleanup";
import type { FlowNode } from "./flows";

/** How long Node-RED may take to start, on a small machine too. */
const START_LIMIT = 90_000;
/** How long it gets to stop by itself. */
const STOP_LIMIT = 3_000;

/** Where and how Node-RED runs. */
export interface NodeRedOptions {
  readonly userDir: string;
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  readonly cleanup: Cleanup;
  /** Ends what is being waited for. */
  readonly signal: AbortSignal;
}

/** A Node-RED in a process of its own. */
export class NodeRed {
  readonly url: string;
  /** Settles when the process has ended: with what it wrote last. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  #log = "";

  constructor({ userDir, port, env, cleanup, signal }: NodeRedOptions) {
    const red = createRequire(__filename).resolve("node-red/red.js");
    this.url = `http://127.0.0.1:${port}`;
    this.#signal = signal;
    // A process group of its own keeps the terminal's Ctrl-C from it: it is stopped by us, once.
    this.#child = spawn(process.execPath, [red, "--userDir", userDir, "--settings", join(userDir, "settings.js")], {
      cwd: userDir,
      env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: process.platform !== "win32",
    });
    cleanup.add(() => this.#stop());
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log = (this.#log + text).slice(-4000);
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        resolve(error.message);
      });
      this.#child.once("close", () => {
        resolve(this.#log.trim());
      });
    });
  }

  /** Waits until it answers, with the nodes of this package loaded. */
  async ready(): Promise<void> {
    const limit = AbortSignal.timeout(START_LIMIT);
    for (;;) {
      const nodes = await this.#ask("/nodes").catch(() => undefined);
      if (nodes) {
        checkNodes((await nodes.json()) as NodeSet[]);
        return;
      }
      this.#signal.throwIfAborted();
      if (limit.aborted) throw new Error(`Node-RED did not start within ${START_LIMIT / 1000} seconds.\n${this.#log}`);
      await sleep(150);
    }
  }

  /** Deploys these flows in the place of all that is there. */
  async deploy(flows: readonly FlowNode[]): Promise<void> {
    const answer = await this.#ask("/flows", { flows });
    if (!answer.ok) throw new Error(`Node-RED did not take the flows: ${await answer.text()}`);
  }

  /** Sends a request to an `http in` node of the flows. */
  async call(path: string, body: object): Promise<unknown> {
    const limit = AbortSignal.timeout(START_LIMIT);
    for (;;) {
      const answer = await this.#ask(path, body);
      if (answer.ok) return answer.json();
      // A deploy is answered before the flows have started.
      if (answer.status !== 404 || limit.aborted) throw new Error(`The flow answered with status ${answer.status}.`);
      await sleep(100);
    }
  }

  #ask(path: string, body?: object): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: body ? "POST" : "GET",
      headers: { Accept: "application/json", "Content-Type": "application/json", "Node-RED-API-Version": "v2" },
      ...(body && { body: JSON.stringify(body) }),
      signal: this.#signal,
    });
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const hanging = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
    await exited;
    clearTimeout(hanging);
  }
}

interface NodeSet {
  readonly module: string;
  readonly name: string;
  readonly err?: unknown;
}

function checkNodes(sets: readonly NodeSet[]): void {
  const own = sets.filter((set) => set.module === "node-red-contrib-plex-access");
  const failed = own.filter((set) => set.err !== undefined);
  if (own.length > 0 && failed.length === 0) return;
  const reasons = failed.map(({ name, err }) => `\n${name}: ${String(err)}`).join("");
  throw new Error(`Node-RED did not load the nodes of this package.${reasons}`);
}
