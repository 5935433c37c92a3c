import { range } from "../report/text";
import type { Measurements, StartPair } from "../results";
import { median, spread, type Spread } from "../statistics";
import type { Start } from "../node-red/starts";
import type { Goal } from "./goal";

/** How this build's starts compare to those of the first build, pair by pair. */
export function compareStarts(pairs: readonly StartPair[], figure: keyof Start): Spread {
  return spread(pairs.map(({ now, baseline }) => now[figure] / baseline[figure]));
}

/** The median of a figure of this build's starts. */
export const medianStart = (pairs: readonly StartPair[], figure: keyof Start): number =>
  median(pairs.map(({ now }) => now[figure]));

/** How long the first messages take, and what they cost; and what the package costs where nothing happens. */
export function startGoals({ starts }: Measurements): Goal[] {
  const first = compareStarts(starts, "first");
  const cpu = compareStarts(starts, "cpu");
  const started = compareStarts(starts, "started");
  const milliseconds = medianStart(starts, "first").toFixed(1);
  return [
    {
      goal: "first result, flows started for 5 s: at most 0.25 × the first build's time",
      measured: `${range(first)} ×, ${milliseconds} ms`,
      met: first.median <= 0.25,
    },
    {
      goal: "the next 200 messages, 1 in flight: at most 0.6 × its CPU time",
      measured: `${range(cpu)} ×`,
      met: cpu.median <= 0.6,
    },
    {
      goal: "flows started, of a whole Node-RED: at most 1.03 × its time",
      measured: `${range(started)} ×`,
      met: started.median <= 1.03,
    },
  ];
}
