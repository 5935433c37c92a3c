import { range } from "../report/text";
import type { Figures, Pair } from "../results";
import { median, spread, type Spread } from "../statistics";
import type { Start } from "../node-red/starts";
import { type Goal, notMeasured } from "./goal";
import { names } from "./names";

/** How this build's starts compare to those of the first build, pair by pair; undefined where there are no pairs. */
export function compareStarts(pairs: readonly Pair<Start>[], figure: keyof Start): Spread | undefined {
  const ratios = pairs.flatMap(({ now, baseline }) => (baseline ? [now[figure] / baseline[figure]] : []));
  return ratios.length > 0 ? spread(ratios) : undefined;
}

type Judged = Pick<Goal, "goal" | "explainedBy"> & { readonly figure: keyof Start; readonly most: number };

const judged: readonly Judged[] = [
  {
    goal: "first result, flows started for 5 s: at most 0.25 × the first build's time",
    ...{ figure: "first", most: 0.25, explainedBy: [names.first] },
  },
  {
    goal: "the next 200 messages, 1 in flight: at most 0.6 × the first build's CPU time",
    ...{ figure: "cpu", most: 0.6, explainedBy: [names.next] },
  },
  { goal: "a whole Node-RED's flows started: at most 1.03 × the first build's time", figure: "started", most: 1.03 },
];

/** How long the first messages take, and what they cost; and what the package costs where nothing happens. */
export function startGoals({ starts }: Pick<Figures, "starts">): Goal[] {
  if (starts.length === 0) return [];
  return judged.map(({ figure, most, ...goal }) => {
    const ratio = compareStarts(starts, figure);
    if (!ratio) return notMeasured(goal.goal);
    const first = figure === "first" ? `, ${median(starts.map(({ now }) => now.first)).toFixed(1)} ms` : "";
    return { ...goal, measured: `${range(ratio)} ×${first}`, met: ratio.median <= most };
  });
}
