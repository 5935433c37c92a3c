import type { Figures } from "../results";
import { eventsGoals } from "./events";
import { loadingGoals, sizeGoals, waitingGoals } from "./footprint";
import type { Goal } from "./goal";
import { requestGoals } from "./request";
import { startGoals } from "./starts";
import { clientGoals, steadyGoals } from "./steady";

export type { Goal } from "./goal";
export { names } from "./names";

/** What the project has set itself, in the order of the report. */
const all: readonly ((figures: Figures) => Goal[])[] = [
  ...[startGoals, steadyGoals, waitingGoals, loadingGoals, requestGoals, eventsGoals, clientGoals, sizeGoals],
];

/** The goals of what was measured. */
export function judge(figures: Figures): Goal[] {
  return all.flatMap((goals) => goals(figures));
}
