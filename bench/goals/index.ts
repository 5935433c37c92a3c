import type { Measurements } from "../results";
import { footprintGoals } from "./footprint";
import type { Goal } from "./goal";
import { startGoals } from "./starts";
import { clientGoals, steadyGoals } from "./steady";

export type { Goal } from "./goal";
export { names } from "./names";

/** What the project has set itself, in the order of the report. Another node's goals come in here, in a file of its own. */
const all: readonly ((measurements: Measurements) => Goal[])[] = [startGoals, steadyGoals, footprintGoals, clientGoals];

/** The goals, each with what was measured. */
export function judge(measurements: Measurements): Goal[] {
  return all.flatMap((goals) => goals(measurements));
}
