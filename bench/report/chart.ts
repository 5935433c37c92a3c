import { names } from "../goals";
import type { Measurements } from "../results";
import { figures, findRow, median, ratio } from "../statistics";
import { type Bar, drawPanels, type Panel } from "./bars";
import { number } from "./text";

/** What a reader calls the rows that the chart shows. */
const shown = [
  { row: names.core, name: "http request (core node)" },
  { row: names.ours, name: "plex-transient-token", own: true },
  { row: names.bare, name: "function node with node:http" },
];

/** The rows in one figure, each with how it compares to the core node's. */
function compare({ nodes }: Measurements, title: string, figure: "perSecond" | "cpu"): Panel {
  const core = findRow(nodes, names.core, 32);
  const bars = shown.map(({ row: name, ...bar }): Bar => {
    const row = findRow(nodes, name, 32);
    const value = median(figures(row, figure));
    return { ...bar, value, label: `${number(value)} (${number(ratio(row, core, figure).median)} ×)` };
  });
  return { title, bars };
}

function firstResults({ starts }: Measurements): Panel {
  const bar = (name: string, build: "baseline" | "now"): Bar => {
    const value = median(starts.map((pair) => pair[build].first));
    return { name, value, label: `${number(value)} ms`, own: build === "now" };
  };
  return {
    title: "First result 5 s after a start",
    bars: [bar("first build", "baseline"), bar("this build", "now")],
  };
}

/** The chart of the README. */
export function drawChart(measurements: Measurements): string {
  return drawPanels("How fast the nodes are, and what they cost, beside Node-RED's own.", [
    compare(measurements, "Messages per second, 32 in flight: more is better", "perSecond"),
    compare(measurements, "CPU seconds for 10,000 messages: less is better", "cpu"),
    firstResults(measurements),
  ]);
}
