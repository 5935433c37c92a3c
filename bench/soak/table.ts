import type { Reading } from "./readings";

const inMegabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);

const columns: Readonly<Record<string, (reading: Reading) => string | number>> = {
  "time s": ({ seconds }) => seconds,
  in: ({ totals }) => totals.in,
  out: ({ totals }) => totals.out,
  undeliverable: ({ totals }) => totals.undeliverable,
  lost: ({ totals }) => totals.lost,
  duplicates: ({ totals }) => totals.duplicates,
  redeploys: ({ totals }) => totals.redeploys,
  "heap MB": ({ heap }) => inMegabytes(heap),
  "rss MB": ({ rss }) => inMegabytes(rss),
  sockets: ({ sockets }) => sockets,
  resources: ({ resources }) => resources,
  timers: ({ holdings }) => holdings.timers,
  agents: ({ holdings }) => holdings.agents,
  listeners: ({ holdings }) => holdings.agentListeners + holdings.processListeners + holdings.runtimeListeners,
};

const names = Object.keys(columns);

function printRow(cells: readonly (string | number)[]): void {
  const padded = cells.map((cell, at) => String(cell).padStart(Math.max(7, names[at]?.length ?? 0)));
  console.log(`| ${padded.join(" | ")} |`);
}

/** Prints the names of the columns. */
export function printHead(): void {
  printRow(names);
  printRow(names.map((name) => `${"-".repeat(Math.max(7, name.length) - 1)}:`));
}

/** Prints one line. */
export function printReading(reading: Reading): void {
  printRow(Object.values(columns).map((show) => show(reading)));
}

/** Prints what became of the messages. */
export function printOutcomes(outcomes: Readonly<Record<string, number>>): void {
  for (const outcome of Object.keys(outcomes).sort()) console.log(`${outcome}: ${outcomes[outcome] ?? 0}`);
}
