import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeRedProcess } from "../../testing/node-red/process";
import type { LoadReport } from "../inside/flow-kit";
import { eachModule } from "../inside/load-timer";
import { flowFor, nodes, type Target } from "../node-red/flows";
import { startMeasured } from "../node-red/start";

/** What loading the nodes into a running Node-RED costs. */
export interface Loading {
  /** ms for the three together. */
  readonly time: number;
  /** ms for each. */
  readonly files: Readonly<Record<string, number>>;
  /** Bytes that the heap and the process grew by: with the nodes loaded, and after the first request. */
  readonly heap: number;
  readonly rss: number;
  readonly heapAfterRequest: number;
  readonly rssAfterRequest: number;
  /** Whether the HTTP library was there: when the nodes were loaded, and after the first request. */
  readonly gotWhenLoaded: boolean;
  readonly gotAfterRequest: boolean;
}

const name = "node-red-contrib-plex-access";

/** Node-RED leaves the nodes out when it starts, until they are enabled. */
async function disableNodes(userDir: string): Promise<void> {
  const folder = join(userDir, "node_modules", name);
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    version: string;
    "node-red": { nodes: Record<string, string> };
  };
  const nodes = Object.entries(manifest["node-red"].nodes).map(([type, file]) => {
    const set = { name: type, types: [type], enabled: false, local: true, user: true, module: name };
    return [type, { ...set, file: join(folder, file) }] as const;
  });
  const module = { name, version: manifest.version, local: true, user: true, nodes: Object.fromEntries(nodes) };
  // Without an entry of its own, Node-RED takes the file for one of an old version.
  const own = { name: "node-red", nodes: {} };
  await writeFile(join(userDir, ".config.nodes.json"), JSON.stringify({ "node-red": own, [name]: module }));
  const got = join(userDir, "node_modules", "got", "dist", "source", "index.js");
  await appendFile(got, "\nglobalThis.benchGotLoaded = true;\n");
}

async function report(nodeRed: NodeRedProcess): Promise<LoadReport> {
  return (await nodeRed.adminJson("report")) as LoadReport;
}

async function enableNodes(nodeRed: NodeRedProcess): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const answer = await nodeRed.admin(`nodes/${name}`, { method: "PUT", headers, body: '{"enabled":true}' });
  if (!answer.ok) throw new Error(`Node-RED did not enable the nodes: ${await answer.text()}`);
}

async function sendOne(nodeRed: NodeRedProcess, target: Target): Promise<void> {
  await nodeRed.deploy(flowFor(nodes.token(target)));
  const { body } = await nodeRed.post("load", { inFlight: 1, warmUp: 0, warmUpCalls: 0, ms: 0, profile: false });
  const { error } = body as { error?: string };
  if (error !== undefined) throw new Error(`A message failed: ${error}`);
}

/** Loads the nodes once more, to see which modules take how long. */
export async function profileLoading() {
  const nodeRed = await startMeasured({ prepare: disableNodes, env: { [eachModule]: "1" } });
  try {
    await nodeRed.deploy(flowFor());
    await enableNodes(nodeRed);
    return { profile: (await report(nodeRed)).modules };
  } finally {
    await nodeRed.stop();
  }
}

/** Starts a Node-RED, lets it come to rest, loads the nodes, and sends one message. */
export async function measureLoading(target: Target): Promise<Loading> {
  const nodeRed = await startMeasured({ prepare: disableNodes });
  try {
    await nodeRed.deploy(flowFor());
    const before = await report(nodeRed);
    if (Object.keys(before.files).length > 0) throw new Error("Node-RED had loaded the nodes when it started.");
    await enableNodes(nodeRed);
    const loaded = await report(nodeRed);
    await sendOne(nodeRed, target);
    const used = await report(nodeRed);
    return {
      time: Object.values(loaded.files).reduce((sum, ms) => sum + ms, 0),
      files: loaded.files,
      heap: loaded.heap - before.heap,
      rss: loaded.rss - before.rss,
      heapAfterRequest: used.heap - before.heap,
      rssAfterRequest: used.rss - before.rss,
      gotWhenLoaded: loaded.got,
      gotAfterRequest: used.got,
    };
  } finally {
    await nodeRed.stop();
  }
}
