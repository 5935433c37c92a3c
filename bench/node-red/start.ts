import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { startNodeRed, type NodeRedOptions, type NodeRedProcess } from "../../testing/node-red/process";
import { runtimes, type Runtime } from "../../testing/node-red/runtimes";
import { insideScript } from "../places";

/** The Node-RED 4.1 that the project's tests use. */
export async function findNodeRed(): Promise<Runtime> {
  const runtime = runtimes.find(({ name }) => name.endsWith("4.1"));
  if (!runtime) throw new Error("There is no Node-RED 4.1 to measure in.");
  return runtime.get();
}

/** Starts it, with an ordinary log and what the measured flows call, and waits until it runs. */
export async function startMeasured({ settings, prepare, ...options }: NodeRedOptions = {}): Promise<NodeRedProcess> {
  const kit = JSON.stringify(insideScript("flow-kit"));
  return startNodeRed(await findNodeRed(), {
    ...options,
    settings: { logging: { console: { level: "info", metrics: false, audit: false } }, ...settings },
    prepare: async (userDir) => {
      const context = `{ http: require("node:http"), kit: require(${kit}) }`;
      await appendFile(join(userDir, "settings.js"), `module.exports.functionGlobalContext = ${context};\n`);
      await prepare?.(userDir);
    },
  });
}
