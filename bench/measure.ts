import { arch, availableParallelism, cpus, loadavg, totalmem, type as operatingSystem } from "node:os";
import { getInstalledPackage } from "../testing/node-red/packed-package";
import { installBaseline } from "./baseline";
import type { StandIn } from "./children";
import { findNodeRed } from "./node-red/start";
import { parts, type Setting } from "./parts";
import { type Figures, type Machine, nothing, type Results } from "./results";
import type { Extent } from "./rounds";

type Log = Setting["log"];

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

const minutesSince = (begin: number): number => (performance.now() - begin) / 60_000;

async function measureParts(wanted: readonly string[], setting: Setting): Promise<Figures> {
  let figures = nothing;
  for (const name of wanted) {
    const [begin, measure] = [performance.now(), parts.get(name)];
    if (!measure) throw new Error(`There is no part ${name}: choose from ${[...parts.keys()].join(", ")}.`);
    const { profiles = [], ...found } = await measure(setting);
    figures = { ...figures, ...found, profiles: [...figures.profiles, ...profiles] };
    setting.log(`${name}: measured in ${minutesSince(begin).toFixed(1)} minutes\n`);
  }
  return figures;
}

/**
 * Measures one part after the other.
 * @param wanted which of them; all unless told
 */
export async function measure(
  server: StandIn,
  extent: Extent,
  log: Log,
  wanted: readonly string[] = [...parts.keys()],
): Promise<Results> {
  const begin = performance.now();
  const machine = await describeMachine();
  const { folder, missing } = await installBaseline();
  if (missing !== undefined) log(`The first build is left out: ${missing}\n`);
  const setting = { server, installed: await getInstalledPackage(), baseline: folder, extent, log };
  log(`all installed in ${minutesSince(begin).toFixed(1)} minutes\n`);
  const figures = await measureParts(wanted, setting);
  return { ...figures, machine, extent, withoutBaseline: missing, minutes: minutesSince(begin) };
}
