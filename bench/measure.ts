import { arch, availableParallelism, cpus, loadavg, totalmem, type as operatingSystem } from "node:os";
import { getInstalledPackage } from "../testing/node-red/packed-package";
import { installBaseline } from "./baseline";
import type { StandIn } from "./children";
import { type ClientContenders, findClients } from "./clients";
import { measureLoading, type Loading } from "./footprint/loading";
import { measureSize } from "./footprint/size";
import { judge, names } from "./goals";
import type { Sample } from "./inside/meter";
import { type NodeRedContenders, startContenders } from "./node-red/contenders";
import { findNodeRed } from "./node-red/start";
import { measureStart } from "./node-red/starts";
import { measureWaiting } from "./node-red/waiting";
import { installPeer } from "./places";
import type { Machine, Measurements, Profile, Results, StartPair } from "./results";
import { runRounds, type Extent } from "./rounds";

type Log = (text: string) => void;

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

async function measureSizes(installed: string): Promise<Measurements["sizes"]> {
  return [
    ["node-red-contrib-plex-access", await measureSize(installed)],
    ["node-red-contrib-home-assistant-websocket", await measureSize(await installPeer("home-assistant-websocket"))],
    ["@lukehagar/plexjs", await measureSize(await installPeer("plexjs"))],
  ];
}

async function measureStarts(server: StandIn, baseline: string, { starts }: Extent, log: Log): Promise<StartPair[]> {
  const all: StartPair[] = [];
  for (let start = 1; start <= starts; start += 1) {
    const pair = { baseline: await measureStart(server, baseline), now: await measureStart(server) };
    log(`start ${start}: first result ${pair.now.first.toFixed(1)} ms (${pair.baseline.first.toFixed(1)} ms)`);
    all.push(pair);
  }
  return all;
}

async function measureLoadings(server: StandIn, { rounds }: Extent, log: Log): Promise<Loading[]> {
  const all: Loading[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const loading = await measureLoading(server);
    log(`round ${round}: the nodes loaded in ${loading.time.toFixed(1)} ms`);
    all.push(loading);
  }
  return all;
}

async function takeProfile(name: string, measure: (name: string, inFlight: number) => Promise<Sample>) {
  const { profile } = await measure(name, 32);
  return profile ? [{ name, summary: profile }] : [];
}

/** Profiles that show why a goal was missed. */
async function explain(
  measured: Measurements,
  nodes: NodeRedContenders,
  clients: ClientContenders,
): Promise<Profile[]> {
  const missed = new Set(judge(measured).map(({ met, explainedBy }) => (met ? undefined : explainedBy)));
  const profiles: Profile[] = [];
  if (missed.has("nodes")) {
    for (const name of [names.ours, names.bare]) profiles.push(...(await takeProfile(name, nodes.profile)));
  }
  if (missed.has("clients")) {
    for (const name of [names.client, names.got]) profiles.push(...(await takeProfile(name, clients.profile)));
  }
  return profiles;
}

/** Measures all of it, one after the other. */
export async function measureAll(server: StandIn, extent: Extent, log: Log): Promise<Results> {
  const machine = await describeMachine();
  const [installed, baseline] = [await getInstalledPackage(), await installBaseline()];
  const sizes = await measureSizes(installed);
  const starts = await measureStarts(server, baseline, extent, log);
  const loading = await measureLoadings(server, extent, log);
  // The heap after garbage collection is the same each time.
  const waiting = [{ baseline: await measureWaiting(server, baseline), now: await measureWaiting(server) }];
  const clients = await findClients(installed, server, extent);
  const clientRows = await runRounds(clients.contenders, server, extent, log);
  const nodes = await startContenders(server, baseline, extent);
  try {
    const nodeRows = await runRounds(nodes.contenders, server, extent, log);
    const figures = { machine, extent, sizes, starts, waiting, loading, clientLoading: clients.loading };
    const measured = { ...figures, nodes: nodeRows, clients: clientRows };
    return { ...measured, profiles: await explain(measured, nodes, clients) };
  } finally {
    await nodes.stop();
  }
}
