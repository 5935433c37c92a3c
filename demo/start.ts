import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startBroker, type Broker } from "./broker";
import { Cleanup } from "./cleanup";
import { startDevices } from "./devices";
import { tellEvents } from "./events";
import { buildFlows, type Home } from "./flows";
import { NodeRed } from "./node-red";
import { findFreePort } from "./port";
import { bold, report, tell, type Outcome } from "./report";
import { environmentFor, findServer, type DemoServer } from "./server";
import { makeUserDir } from "./user-dir";

const USUAL_PORT = 1880;
/** ms after which the demo goes on without what it waits for. */
const PATIENCE = 5_000;
const root = join(__dirname, "..");

/** An address as it may be shown: people paste a token or a password along with it. */
function withoutSecrets(url: string): string {
  return url.replace(/[?#].*/, "").replace(/\/\/[^/]*@/, "//");
}

/** One run of the demo, from the start to Ctrl-C. */
class Demo {
  readonly #cleanup = new Cleanup();
  readonly #stopping = new AbortController();
  /** What the process ends with when it is told to. */
  #exitCode = 0;

  /** Starts everything, shows what the nodes do, and keeps Node-RED running. */
  async run(): Promise<void> {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (!this.#stopping.signal.aborted) console.log("\nStopping …");
        void this.#stop(this.#exitCode);
      });
    }
    try {
      await this.#show();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      console.error(`\n${(error instanceof Error ? error.message : String(error)).trimEnd()}`);
      await this.#stop(1);
    }
  }

  async #show(): Promise<void> {
    if (!existsSync(join(root, "dist", "nodes"))) throw new Error('The nodes are not built: start with "npm start".');
    console.log(`${bold("Plex Access for Node-RED")}\n`);
    const server = await findServer(process.env, this.#cleanup);
    tell("Server", server.simulated ? `${server.url}, a simulated one` : withoutSecrets(server.url));
    tell("", "Starting Node-RED …");
    const broker = await startBroker(this.#cleanup);
    const heard = tellEvents(broker);
    const devices = await startDevices(server, broker, this.#cleanup);
    const nodeRed = await this.#startNodeRed(server, { brokerPort: broker.port, devices: devices.placeholders });
    const outcome = (await nodeRed.call("/demo", { source: server.source })) as Outcome;
    if (!report(outcome, server)) this.#exitCode = 1;
    await this.#listened(server, broker);
    await devices.watch();
    if (server.simulated) await Promise.race([heard, this.#sleep(PATIENCE)]);
    this.#invite(nodeRed.url, server);
    const lastWords = await nodeRed.ended;
    if (!this.#stopping.signal.aborted) throw new Error(`Node-RED has ended by itself.\n${lastWords}`);
  }

  async #startNodeRed(server: DemoServer, home: Home): Promise<NodeRed> {
    const cleanup = this.#cleanup;
    const { signal } = this.#stopping;
    const port = await findFreePort(USUAL_PORT);
    signal.throwIfAborted();
    const userDir = makeUserDir(root, port, cleanup);
    const nodeRed = new NodeRed({ userDir, port, env: environmentFor(server, process.env), cleanup, signal });
    const ended = nodeRed.ended.then((lastWords) => {
      throw new Error(`Node-RED did not start.\n${lastWords}`);
    });
    await Promise.race([nodeRed.ready(), ended]);
    await nodeRed.deploy(buildFlows(root, server, home));
    return nodeRed;
  }

  /** Waits until the flows hear what happens, for what plays already then is no event. */
  async #listened({ isHeard }: DemoServer, { clients }: Broker): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (isHeard && !(isHeard() && clients() > 0) && Date.now() < end) await this.#sleep(20);
  }

  #sleep(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#stopping.signal });
  }

  #invite(url: string, { simulated }: DemoServer): void {
    console.log("");
    tell("Editor", bold(url) + (url.endsWith(`:${USUAL_PORT}`) ? "" : `  (port ${USUAL_PORT} is taken)`));
    tell("", "Every example has a tab of its own there. Press the buttons.");
    if (simulated) tell("", "Their TV, Cast device and speaker are simulated too, and say here what they do.");
    const hears = "a plex-events node hears stands here too, with a ●.";
    tell("", simulated ? `What ${hears}` : `Play something: what ${hears}`);
    if (!simulated && !process.env["PLEX_CLIENT_IDENTIFIER"]) {
      tell("", "Plex sees a new device each time. Set PLEX_CLIENT_IDENTIFIER to a UUID of your own to stay one.");
    }
    tell("", "Ctrl-C stops everything.");
  }

  async #stop(exitCode: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    await this.#cleanup.run();
    process.exit(exitCode);
  }
}

// The reader of a pipe may go first.
process.stdout.on("error", () => undefined);
void new Demo().run();
