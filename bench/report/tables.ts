import type { Pair, Results } from "../results";
import { loads, type Row } from "../rounds";
import { figures, findRow, median, ratio, spread } from "../statistics";
import { megabytes, number, percent, range, table } from "./text";

const defined = (values: readonly (number | undefined)[]): number[] => values.filter((value) => value !== undefined);

/** The measurements of some contenders, each compared to one of them. */
export function loadTables(rows: readonly Row[], base: string): string {
  const head = ["", "messages/s", `× ${base}`, "p50 ms", "p99 ms", "CPU s", `CPU × ${base}`, "heap MB", "peak MB"];
  return loads
    .map((inFlight) => {
      const compared = findRow(rows, base, inFlight);
      const lines = rows
        .filter((row) => row.inFlight === inFlight)
        .map((row) => {
          const middle = (figure: "p50" | "p99" | "cpu") => number(median(figures(row, figure)));
          return [
            row.name,
            range(spread(figures(row, "perSecond"))),
            range(ratio(row, compared, "perSecond")),
            middle("p50"),
            middle("p99"),
            middle("cpu"),
            range(ratio(row, compared, "cpu")),
            (median(figures(row, "heap")) / 1e6).toFixed(2),
            megabytes(Math.max(...figures(row, "peak"))),
          ];
        });
      return `### ${inFlight} in flight\n\n${table(head, lines)}`;
    })
    .join("\n\n");
}

/** What the first messages cost, and those that wait. */
export function startTable({ starts, waiting }: Results): string {
  const line = <T>(title: string, pairs: readonly Pair<T>[], pick: (of: T) => number): string[] => {
    const now = pairs.map((pair) => pick(pair.now));
    const baseline = pairs.map((pair) => (pair.baseline === undefined ? undefined : pick(pair.baseline)));
    const ratios = now.map((value, index) => value / (baseline[index] ?? Number.NaN));
    return [title, ...[defined(baseline), now, ratios].map((values) => range(spread(values)))];
  };
  const lines = [
    line("flows started, ms", starts, ({ started }) => started),
    line("first result, ms", starts, ({ first }) => first),
    line("CPU for the next 200, ms", starts, ({ cpu }) => cpu * 1000),
    line("bytes for a message that waits", waiting, (bytes) => bytes),
  ];
  return table(["", "first build", "this build", "×"], lines);
}

/** What loading the nodes into Node-RED costs. */
export function loadingTable({ loading }: Results): string {
  const files = Object.keys(loading[0]?.files ?? {});
  const of = (pick: (each: Results["loading"][number]) => number) => spread(loading.map(pick));
  const inMegabytes = (pick: (each: Results["loading"][number]) => number) => of((each) => pick(each) / 1e6);
  const lines = [
    ["all nodes, ms", range(of(({ time }) => time))],
    ...files.map((file) => [`– ${file}, ms`, range(of((each) => each.files[file] ?? Number.NaN))]),
    ["heap, once they are loaded, MB", range(inMegabytes(({ heap }) => heap))],
    ["process, once they are loaded, MB", range(inMegabytes(({ rss }) => rss))],
    ["heap, after the first request, MB", range(inMegabytes(({ heapAfterRequest }) => heapAfterRequest))],
    ["process, after the first request, MB", range(inMegabytes(({ rssAfterRequest }) => rssAfterRequest))],
  ];
  return table(["", "median (least–most)"], lines);
}

/** What loading the clients into a fresh Node.js costs. */
export function clientLoadingTable({ clientLoading }: Results): string {
  const lines = clientLoading.map(({ name, reports }) => [
    name,
    range(spread(reports.map(({ loadTime }) => loadTime))),
    range(spread(reports.map(({ loadMemory }) => loadMemory / 1e6))),
    range(spread(reports.map(({ firstCall }) => firstCall))),
  ]);
  return table(["", "load ms", "load MB", "first call ms"], lines);
}

/** What the installations take up. */
export function sizeTable({ sizes }: Results): string {
  const lines = sizes.map(([name, { packages, files, bytes, disk }]) => [
    name,
    String(packages),
    String(files),
    megabytes(bytes),
    megabytes(disk),
  ]);
  return table(["", "packages", "files", "MB", "MB on disk"], lines);
}

/** Where the CPU time went. */
export function profileTables({ profiles }: Results): string {
  const shares = (kind: "packages" | "functions") =>
    profiles.map(({ name, summary }) => {
      const lines = summary[kind].map((share) => [share.name, percent(share.part)]);
      return `${name}:\n\n${table([kind === "packages" ? "package" : "function", "of the busy time"], lines)}`;
    });
  return [...shares("packages"), ...shares("functions")].join("\n\n");
}
