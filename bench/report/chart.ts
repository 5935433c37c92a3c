import { names } from "../goals";
import type { Figures } from "../results";
import { figures, findRow, isBusy, median, ratio } from "../statistics";
import { type Bar, drawPanels, type Panel } from "./bars";
import { number } from "./text";
import { busy } from "./words";

/** What a reader calls the rows that the chart shows. */
const shown = [
  { row: names.core, name: "http request (core node)" },
  { row: names.ours, name: "plex-transient-token", own: true },
  { row: names.bare, name: "function with node:http" },
];

/** The rows in one figure, each with how it compares to the core node's. */
function compareNodes({ nodes }: Figures, title: string, figure: "perSecond" | "cpu"): Panel[] {
  if (nodes.length === 0) return [];
  const core = findRow(nodes, names.core, 32);
  const bars = shown.map(({ row: name, ...bar }): Bar => {
    const row = findRow(nodes, name, 32);
    const value = median(figures(row, figure));
    return { ...bar, value, label: `${number(value)} (${number(ratio(row, core, figure).median)} ×)` };
  });
  return [{ title, bars }];
}

function firstResults({ starts }: Figures): Panel[] {
  const bars = (["baseline", "now"] as const).flatMap((build): Bar[] => {
    const times = starts.flatMap(({ [build]: start }) => (start ? [start.first] : []));
    if (times.length === 0) return [];
    const [name, value] = [build === "now" ? "this build" : "the first build", median(times)];
    return [{ name, value, label: `${number(value)} ms`, own: build === "now" }];
  });
  return bars.length === 0 ? [] : [{ title: "First token, 5 s after a start, in ms: less is better", bars }];
}

function pages({ pages: rows }: Figures): Panel[] {
  const bars = rows.map(({ name, rounds }): Bar => {
    const value = median(rounds.map(({ time }) => time));
    return {
      name: name === names.core ? "http request (core node)" : name,
      value,
      label: `${number(value)} ms`,
      own: name !== names.core,
    };
  });
  return bars.length === 0 ? [] : [{ title: "A page of 1000 films, in ms: less is better", bars }];
}

function frames({ events }: Figures): Panel[] {
  if (!events) return [];
  const bars = [names.webSocket, names.listener, names.listeners].flatMap((name): Bar[] => {
    const value = median(events.rows.find((row) => row.name === name && row.kind === "home")?.cpu ?? []);
    return [{ name, value, label: `${number(value)} µs`, own: name !== names.webSocket }];
  });
  return [{ title: "CPU time for a notification of the server, in µs: less is better", bars }];
}

/** The chart of the README, with what was measured of it. */
export function drawChart(all: Figures): string {
  const panels = [
    ...firstResults(all),
    ...compareNodes(all, "Tokens per second, 32 in flight: more is better", "perSecond"),
    ...compareNodes(all, "CPU seconds for 10,000 tokens: less is better", "cpu"),
    ...pages(all),
    ...frames(all),
  ];
  const description = "How fast the nodes are, and what they cost, beside Node-RED's own.";
  return drawPanels(description, panels, isBusy(all) ? busy : "");
}
