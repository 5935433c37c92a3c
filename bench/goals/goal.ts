/** A goal, and how it came out. */
export interface Goal {
  /** What is measured, and how much of it is wanted. */
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
  /** What a profile could explain, if it is missed. */
  readonly explainedBy?: "nodes" | "clients";
}
