import { format } from "prettier";
import { baselineCommit } from "../baseline";
import { judge, names } from "../goals";
import type { Results } from "../results";
import { every, spread } from "../statistics";
import { clientLoadingTable, loadTables, loadingTable, profileTables, sizeTable, startTable } from "./tables";
import { number, percent, table } from "./text";

const command = "`npm run bench`";

function describeMachine({ machine, extent }: Results): string {
  const { cpu, cores, memory, system, node, nodeRed, load, date } = machine;
  return `Measured on ${date} with ${cores} cores (${cpu}), ${number(memory / 1e9)} GB of memory, ${system},
Node.js ${node}, Node-RED ${nodeRed}; load average ${load.toFixed(2)} when it began. ${extent.rounds} rounds of
${extent.ms / 1000} s each, after a warm-up of ${extent.warmUp / 1000} s and ${extent.warmUpCalls} calls at least.`;
}

function describeNoise({ nodes, clients }: Results): string {
  const rows = [...nodes, ...clients];
  const foreign = spread(every(rows, ({ foreignShare }) => foreignShare));
  const server = spread(every(rows, ({ serverShare }) => serverShare));
  const busy = foreign.median > 0.1 ? "**The machine was busy with other work: repeat this before quoting it.** " : "";
  return `${busy}What was neither measured nor the server took ${percent(foreign.median)} of the machine in the median
measurement and ${percent(foreign.most)} in the worst. The server took ${percent(server.most)} of a core at most, so it
was not what limited anybody.`;
}

const method = `All of it asks one server for tokens: a plain \`node:http\` one in a process of its own, over the
loopback interface, without TLS. A closed loop keeps 1 or 32 calls in flight. The contenders take turns, round after
round; a ratio is the median of the ratios in each round, since what disturbs a round disturbs all of it, and the
brackets hold the lowest and the highest. "CPU s" is for 10,000 messages, "heap MB" what the heap grew by for as many
(after garbage collection at both ends), "peak MB" the most memory that the process ever had. Processes are not pinned
to cores.

"The first build" is commit ${baselineCommit.slice(0, 7)} of this project, built, packed and installed anew, and measured in the same run. To
run it on a Raspberry Pi: Node.js and git there, \`git clone\`, \`npm ci\`, and ${command} while nothing else runs.`;

const aboutStarts = `A Node-RED of either build is started with one plex flow and left alone for 5 s; then it gets
one message, and 200 more, one after the other. The time of a start counts from the start of the process.

A message that waits: 50,000 of them come to a node whose server does not answer. What the heap has grown by after garbage
collection, less what it grows by in a function node that keeps the same messages, is divided by their number.`;

const aboutNodes = `Each node under test sits in a Node-RED of its own, installed from the packed package, between two
passes through one function node that makes the messages, counts them, and sends a new one for each that comes back.
All Node-RED processes run from the beginning to the end; those that are not measured just then do nothing. The core
node is set as a user would set it: POST, persistent connections, a parsed JSON object, the token and \`Accept\` as
headers. The function node does the least that works with \`node:http\` and a keep-alive agent: the limit of the runtime.`;

const aboutClients = `Each measurement in a fresh process. got is used as plainly as it can be,
\`got.post(url, { headers }).json()\`, with as many headers as this package sends.`;

const aboutLoading = `Node-RED starts with the nodes disabled and comes to rest, then they are enabled: the time is
that of Node-RED's loader, to require the files and to let them register their types.`;

function goals(results: Results): string {
  const lines = judge(results).map(({ goal, measured, met }) => [goal, measured, met ? "yes" : "**no**"]);
  return table(["goal", "measured", "met"], lines);
}

type Section = readonly string[];

/** Where the CPU time went, if a goal was missed. */
function explanations(results: Results): Section[] {
  if (results.profiles.length === 0) return [];
  return [["## Why a goal is missed", "CPU profiles with 32 in flight.", profileTables(results)]];
}

function sections(results: Results): Section[] {
  const { nodes, clients } = results;
  const machine = [describeMachine(results), describeNoise(results)];
  return [
    ["# Measurements", `Written by ${command}, which also draws the chart.`, goals(results)],
    ["![The same as a chart](chart.svg)", ...machine],
    ["## How it is measured", method],
    ...explanations(results),
    ["## After a start, and in line", aboutStarts, startTable(results)],
    ["## Through Node-RED", aboutNodes, loadTables(nodes, names.core)],
    ["## Without Node-RED", aboutClients, loadTables(clients, names.got)],
    ["## Loading the nodes into a running Node-RED", aboutLoading, loadingTable(results)],
    ["## Loading the clients into a fresh Node.js", clientLoadingTable(results)],
    ["## Installed for production", sizeTable(results)],
  ];
}

/** All that was measured, as Markdown. */
export async function writeReport(results: Results): Promise<string> {
  const text = sections(results).flat().join("\n\n");
  return format(text, { parser: "markdown", printWidth: 120 });
}
