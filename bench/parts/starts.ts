import { names } from "../goals/names";
import { startGoals } from "../goals/starts";
import { measureStart, type Start } from "../node-red/starts";
import type { Pair } from "../results";
import { explain, type Part } from "./part";

/** What the first messages cost. */
export const measureStarts: Part = async ({ server, baseline, extent, log }) => {
  const starts: Pair<Start>[] = [];
  const before = async () => (baseline === undefined ? undefined : measureStart(server, { installed: baseline }));
  for (let start = 1; start <= extent.starts; start += 1) {
    // In turn, so that neither has a warmer disk cache than the other.
    const first = start % 2 === 0 ? await before() : undefined;
    const now = await measureStart(server);
    const pair = { now, baseline: first ?? (await before()) };
    const compared = pair.baseline ? ` (${pair.baseline.first.toFixed(1)} ms)` : "";
    log(`start ${start}: first result ${now.first.toFixed(1)} ms${compared}`);
    starts.push(pair);
  }
  const profile = (name: string) => measureStart(server, { profile: true, ...(name === names.first && { calls: 0 }) });
  return { starts, profiles: await explain(startGoals({ starts }), profile) };
};
