import type { Sample } from "./inside/meter";
import type { Figures } from "./results";
import type { Measured, Row } from "./rounds";

/** The one in the middle, which a few disturbed rounds do not move. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** A figure of all rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The median, and how far the rounds were apart. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** One of the figures of a sample. */
export type Figure = "perSecond" | "p50" | "p99" | "cpu" | "heap" | "peak";

/** A figure of all rounds of a row. */
export function figures({ rounds }: Row, figure: Figure): number[] {
  return rounds.map(({ sample }) => sample[figure]);
}

/** How a row compares to another: round by round, for what disturbs a round disturbs both. */
export function ratio(row: Row, base: Row, figure: keyof Pick<Sample, Figure>): Spread {
  const [own, other] = [figures(row, figure), figures(base, figure)];
  return spread(own.map((value, round) => value / (other[round] ?? Number.NaN)));
}

/** The row of that name, with so many in flight. */
export function findRow(rows: readonly Row[], name: string, inFlight: number): Row {
  const row = rows.find((candidate) => candidate.name === name && candidate.inFlight === inFlight);
  if (!row) throw new Error(`${name} was not measured with ${inFlight} in flight.`);
  return row;
}

/** What all rounds of all rows say of themselves. */
export function every(rows: readonly Row[], pick: (measured: Measured) => number): number[] {
  return rows.flatMap(({ rounds }) => rounds.map(pick));
}

/** Whether so much else was going on that the figures are worth little. */
export function isBusy({ nodes, clients }: Pick<Figures, "nodes" | "clients">): boolean {
  return median(every([...nodes, ...clients], ({ foreignShare }) => foreignShare)) > 0.1;
}
