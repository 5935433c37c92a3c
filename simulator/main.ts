import { parseArgs } from "node:util";
import { startSimulator } from "./simulator";

/** Reads the command line; throws with one sentence when it makes no sense. */
function readArguments(): { port: number; host: string } {
  const { values } = parseArgs({ options: { port: { type: "string" }, host: { type: "string" } } });
  const port = Number(values.port ?? "0");
  if (!/^\d+$/.test(values.port ?? "0") || port > 65535) throw new Error("--port takes a number from 0 to 65535");
  return { port, host: values.host ?? "127.0.0.1" };
}

/**
 * npm's shell dies of a SIGTERM without passing it on. Under npm, losing the parent means that somebody ended npm;
 * elsewhere it says nothing (a shell may have gone and left us running on purpose).
 */
function onceOrphaned(parent: number, stop: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 250);
  timer.unref();
}

async function main(): Promise<void> {
  // Read before the first line is printed: whoever reads that may end npm at once.
  const parent = process.ppid;
  const simulator = await startSimulator(readArguments());
  const { url, token, machineIdentifier, sharedServer, provider } = simulator;
  const stop = () => {
    void simulator.close();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  onceOrphaned(parent, stop);
  // The first line is for programs: nothing may be printed before it.
  console.log(JSON.stringify({ url, token, machineIdentifier, sharedServer, provider }));
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  console.error(`simulator: ${taken ? `port already in use (${message})` : message}`);
  process.exitCode = 1;
});
