/** `npm run bench`: measures, and writes bench/RESULTS.md. With `--quick` it only shows that all of it works. */
import { writeFile } from "node:fs/promises";
import { arch, availableParallelism, cpus, loadavg, totalmem, type as operatingSystem } from "node:os";
import { join } from "node:path";
import { getInstalledPackage } from "../testing/node-red/packed-package";
import { startStandIn, type StandIn } from "./children";
import { findClients } from "./clients";
import { measureLoading, type Loading } from "./footprint/loading";
import { measureSize } from "./footprint/size";
import { judge, names } from "./goals";
import type { Sample } from "./inside/meter";
import { startContenders } from "./node-red/contenders";
import { findNodeRed } from "./node-red/start";
import { buildInside, installPeer, root } from "./places";
import { writeReport } from "./report/report";
import type { Machine, Profile, Results } from "./results";
import { runRounds, type Extent } from "./rounds";

const whole: Extent = { rounds: 5, ms: 2000, warmUp: 1500, warmUpCalls: 2000, starts: 5 };
const quick: Extent = { rounds: 1, ms: 500, warmUp: 300, warmUpCalls: 0, starts: 1 };

function log(text: string): void {
  console.log(text);
}

async function describeMachine(): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memory: totalmem(),
    system: `${operatingSystem()} ${arch()}`,
    node: process.versions.node,
    nodeRed: (await findNodeRed()).version,
    load: loadavg()[0] ?? 0,
    date: new Date().toISOString().slice(0, 10),
  };
}

async function measureSizes(installed: string): Promise<Results["sizes"]> {
  return [
    ["node-red-contrib-plex-access", await measureSize(installed)],
    ["node-red-contrib-home-assistant-websocket", await measureSize(await installPeer("home-assistant-websocket"))],
    ["@lukehagar/plexjs", await measureSize(await installPeer("plexjs"))],
  ];
}

async function measureStarts(server: StandIn, starts: number): Promise<Loading[]> {
  const all: Loading[] = [];
  for (let start = 1; start <= starts; start += 1) {
    const loading = await measureLoading(server);
    log(`start ${start}: the nodes loaded in ${loading.time.toFixed(1)} ms`);
    all.push(loading);
  }
  return all;
}

async function takeProfile(name: string, measure: (name: string, inFlight: number) => Promise<Sample>) {
  const { profile } = await measure(name, 32);
  return profile ? [{ name, summary: profile }] : [];
}

async function measureAll(server: StandIn, extent: Extent): Promise<Results> {
  const machine = await describeMachine();
  const installed = await getInstalledPackage();
  const sizes = await measureSizes(installed);
  const loading = await measureStarts(server, extent.starts);
  const clients = await findClients(installed, server, extent);
  const clientRows = await runRounds(clients.contenders, server, extent, log);
  const nodes = await startContenders(server, extent);
  try {
    const nodeRows = await runRounds(nodes.contenders, server, extent, log);
    const figures = { machine, extent, sizes, loading, clientLoading: clients.loading };
    const measured = { ...figures, nodes: nodeRows, clients: clientRows };
    const missed = new Set(judge(measured).map(({ met, explainedBy }) => (met ? undefined : explainedBy)));
    const profiles: Profile[] = [];
    if (missed.has("nodes")) {
      for (const name of [names.ours, names.core]) profiles.push(...(await takeProfile(name, nodes.profile)));
    }
    if (missed.has("clients")) {
      for (const name of [names.client, names.got]) profiles.push(...(await takeProfile(name, clients.profile)));
    }
    return { ...measured, profiles };
  } finally {
    await nodes.stop();
  }
}

async function main(): Promise<void> {
  const isQuick = process.argv.includes("--quick");
  await buildInside();
  const server = await startStandIn();
  try {
    const results = await measureAll(server, isQuick ? quick : whole);
    const report = await writeReport(results);
    // A short run shows that it works, and nothing else: what a whole run found stays.
    if (isQuick) log(report);
    else await writeFile(join(root, "bench", "RESULTS.md"), report);
    for (const { goal, measured, met } of judge(results)) log(`${met ? "met   " : "MISSED"} ${goal}: ${measured}`);
  } finally {
    server.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
