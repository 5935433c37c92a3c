/** A goal, and how it came out. */
export interface Goal {
  /** What is measured, and how much of it is wanted. */
  readonly goal: string;
  readonly measured: string;
  /** Null where it was not measured. */
  readonly met: boolean | null;
  /** What a profile could explain it with, if it is missed: names of rows. */
  readonly explainedBy?: readonly string[];
}

/** A goal that could not be measured in this run. */
export const notMeasured = (goal: string): Goal => ({ goal, measured: "not measured: no first build", met: null });
