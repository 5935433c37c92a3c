/** `npm run bench`: measures, and writes bench/RESULTS.md and its chart. With `--quick` it only shows that all of it works. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startStandIn } from "./children";
import { judge, type Goal } from "./goals";
import { measureAll } from "./measure";
import { buildInside, root } from "./places";
import { drawChart } from "./report/chart";
import { writeReport } from "./report/report";
import type { Extent } from "./rounds";

const whole: Extent = { rounds: 5, ms: 1500, warmUp: 1000, warmUpCalls: 2000, starts: 7 };
const quick: Extent = { rounds: 1, ms: 500, warmUp: 300, warmUpCalls: 0, starts: 1 };

/** What to do on a machine like those on which Node-RED runs at home. */
const onPi = `To run it on a Raspberry Pi: install Node.js 20.3 or newer and git there, \`git clone\` this project, \`npm ci\`,
and \`npm run bench\` while nothing else runs; with little memory, stop your own Node-RED before. All figures are ratios
within one run, so those of a Pi can be compared to these.`;

function print({ goal, measured, met }: Goal): void {
  console.log(`${met ? "met   " : "MISSED"} ${goal}: ${measured}`);
}

async function main(): Promise<void> {
  const isQuick = process.argv.includes("--quick");
  await buildInside();
  const server = await startStandIn();
  try {
    const results = await measureAll(server, isQuick ? quick : whole, (text) => {
      console.log(text);
    });
    const [report, chart] = [await writeReport(results), drawChart(results)];
    // A short run shows that it works, and nothing else: what a whole run found stays.
    if (isQuick) console.log(report);
    else {
      await writeFile(join(root, "bench", "RESULTS.md"), report);
      await writeFile(join(root, "bench", "chart.svg"), chart);
    }
    for (const goal of judge(results)) print(goal);
    console.log(`\n${onPi}`);
  } finally {
    server.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
