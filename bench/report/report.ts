import { format } from "prettier";
import { judge, names } from "../goals";
import type { Results } from "../results";
import { every, isBusy, spread } from "../statistics";
import { latencyTable, eventsTable, pageTable } from "./new-nodes";
import { clientLoadingTable, loadTables, loadingTable, profileTables, sizeTable, startTable } from "./tables";
import { number, percent, table } from "./text";
import * as words from "./words";

function describeMachine({ machine, extent, minutes, withoutBaseline }: Results): string {
  const { cpu, cores, memory, system, node, nodeRed, load, date } = machine;
  const missing = withoutBaseline === undefined ? "" : ` The first build was not measured: ${withoutBaseline}`;
  return `Measured on ${date} with ${cores} cores (${cpu}), ${number(memory / 1e9)} GB of memory, ${system},
Node.js ${node}, Node-RED ${nodeRed}; load average ${load.toFixed(2)} when it began. ${extent.rounds} rounds of
${extent.ms / 1000} s each, after a warm-up of ${extent.warmUp / 1000} s and ${extent.warmUpCalls} calls at least, and ${extent.starts} starts of each
build: ${minutes.toFixed(0)} minutes in all.${missing}`;
}

function describeNoise(results: Results): string[] {
  const rows = [...results.nodes, ...results.clients];
  if (rows.length === 0) return [];
  const foreign = spread(every(rows, ({ foreignShare }) => foreignShare));
  const server = Math.max(...every(rows, ({ serverShare }) => serverShare));
  const busy = isBusy(results) ? `**${words.busy}** ` : "";
  const limit = server < 0.8 ? "so it was not what limited anybody" : "so it may have limited the fastest";
  return [
    `${busy}What was neither measured nor the server took ${percent(foreign.median)} of the machine in the median
measurement and ${percent(foreign.most)} in the worst. The server took ${percent(server)} of a core at most, ${limit}.`,
  ];
}

const verdict = (met: boolean | null): string => (met === null ? "–" : met ? "yes" : "**no**");

function goals(results: Results): string {
  const lines = judge(results).map(({ goal, measured, met }) => [goal, measured, verdict(met)]);
  return table(["goal", "measured", "met"], lines);
}

/** Something for those who want to know more: closed until they open it. */
const more = (title: string, isMeasured: boolean, body: () => readonly string[]): string[] =>
  isMeasured ? [`<details>\n<summary>${title}</summary>`, ...body(), "</details>"] : [];

/** Which goals were missed, and the largest parts of the CPU time of what could explain it. */
function describeMissed(results: Results): string[] {
  const missed = judge(results).filter(({ met }) => met === false);
  if (missed.length === 0) return [];
  const shares = results.profiles.map(({ name, summary }) => {
    const largest = summary.packages.slice(0, 5).map((share) => `${share.name} ${percent(share.part)}`);
    return `- ${name}: ${largest.join(", ")}`;
  });
  const why = shares.length > 0 ? ["Where the time went (by function: below):", shares.join("\n")] : [];
  return ["## What is missed, and why", missed.map(({ goal }) => `- ${goal}`).join("\n"), ...why];
}

function details(results: Results): string[] {
  const { nodes, clients, starts, waiting, pages, events, loading, sizes, profiles } = results;
  return [
    ...more("How it is measured", true, () => [words.method]),
    ...more("Profiles of what is missed", profiles.length > 0, () => [profileTables(results)]),
    ...more("After a start, and in line", starts.length + waiting.length > 0, () => [
      ...[words.aboutStarts, startTable(results)],
    ]),
    ...more("Tokens, through Node-RED", nodes.length > 0, () => [words.aboutNodes, loadTables(nodes, names.core)]),
    ...more("A page of a library", pages.length > 0, () => [words.aboutPage, pageTable(results)]),
    ...more("Events", events !== undefined, () => [words.aboutEvents, eventsTable(results), latencyTable(results)]),
    ...more("Tokens, without Node-RED", clients.length > 0, () => [words.aboutClients, loadTables(clients, names.got)]),
    ...more("Loading the nodes into Node-RED", loading.length > 0, () => [words.aboutLoading, loadingTable(results)]),
    ...more("Loading the clients into a fresh Node.js", clients.length > 0, () => [clientLoadingTable(results)]),
    ...more("Installed for production", sizes.length > 0, () => [sizeTable(results)]),
  ];
}

/** All that was measured, as Markdown. */
export async function writeReport(results: Results): Promise<string> {
  const text = [
    ...["# Measurements", `Written by ${words.command}, which also draws the chart.`, goals(results)],
    ...["![The same as a chart](chart.svg)", describeMachine(results), ...describeNoise(results)],
    ...describeMissed(results),
    ...["## Run it yourself", words.aboutParts, words.onPi],
    ...["## All figures", ...details(results)],
  ].join("\n\n");
  return format(text, { parser: "markdown", printWidth: 120 });
}
