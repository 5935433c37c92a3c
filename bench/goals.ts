import { median, ratio, findRow, type Spread } from "./statistics";
import { megabytes, number, range } from "./report/text";
import type { Results } from "./results";

/** A goal, and how it came out. */
export interface Goal {
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
  /** What a profile could explain, if it is missed. */
  readonly explainedBy?: "nodes" | "clients";
}

type Measurements = Omit<Results, "profiles">;

/** Names of rows, which the goals compare. */
export const names = {
  ours: "plex-transient-token",
  reuse: "plex-transient-token, reuse 60",
  core: "http request (core)",
  change: "change (pass-through)",
  client: "this package's client",
  got: "got",
} as const;

const times = (spread: Spread) => `${range(spread)} ×`;

function nodeGoals({ nodes }: Measurements): Goal[] {
  const [ours, core] = [findRow(nodes, names.ours, 32), findRow(nodes, names.core, 32)];
  const rate = ratio(ours, core, "perSecond");
  const cpu = ratio(ours, core, "cpu");
  const reuse = ratio(findRow(nodes, names.reuse, 32), findRow(nodes, names.change, 32), "perSecond");
  return [
    {
      goal: "at least 2 × the core http request node's messages per second, 32 in flight",
      ...{ measured: times(rate), met: rate.median >= 2, explainedBy: "nodes" },
    },
    {
      goal: "less than 0.5 × its CPU time, 32 in flight",
      ...{ measured: times(cpu), met: cpu.median < 0.5, explainedBy: "nodes" },
    },
    {
      goal: "with `reuse`, at least 0.7 × the change node's messages per second, 32 in flight",
      ...{ measured: times(reuse), met: reuse.median >= 0.7 },
    },
  ];
}

function clientGoals({ clients }: Measurements): Goal[] {
  return [1, 32].map((inFlight) => {
    const rate = ratio(findRow(clients, names.client, inFlight), findRow(clients, names.got, inFlight), "perSecond");
    return {
      goal: `the client at least 0.9 × as fast as bare got, ${inFlight} in flight`,
      ...{ measured: times(rate), met: rate.median >= 0.9, explainedBy: "clients" },
    };
  });
}

function footprintGoals({ loading, sizes }: Measurements): Goal[] {
  const time = median(loading.map((each) => each.time));
  const early = loading.filter(({ gotWhenLoaded }) => gotWhenLoaded).length;
  const late = loading.filter(({ gotAfterRequest }) => gotAfterRequest).length;
  const [, size] = sizes[0] ?? [];
  if (!size) throw new Error("The package was not measured.");
  const bytes = `${megabytes(size.bytes)} MB (${megabytes(size.disk)} MB in blocks of the disk)`;
  return [
    { goal: "the three nodes loaded in under 20 ms", measured: `${number(time)} ms`, met: time < 20 },
    {
      goal: "got not loaded before the first request",
      measured: `loaded before it in ${early} of ${loading.length} starts, after it in ${late}`,
      met: early === 0 && late === loading.length,
    },
    { goal: "installed for production: under 4 MB", measured: bytes, met: size.bytes < 4e6 },
    {
      goal: "installed for production: at most 30 packages",
      ...{ measured: String(size.packages), met: size.packages <= 30 },
    },
  ];
}

/** The goals that the project has set itself, each with what was measured. */
export function judge(measurements: Measurements): Goal[] {
  return [...nodeGoals(measurements), ...clientGoals(measurements), ...footprintGoals(measurements)];
}
