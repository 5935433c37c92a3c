/**
 * `npm run bench`: measures, and writes bench/RESULTS.md and its chart. With `--quick` it only shows that all of it works,
 * and with `--only=page,events` it measures these parts alone: both write to .cache/bench/.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startStandIn } from "./children";
import { judge, type Goal } from "./goals";
import { measure } from "./measure";
import { buildInside, cache, root } from "./places";
import { drawChart } from "./report/chart";
import { writeReport } from "./report/report";
import { onPi } from "./report/words";
import type { Extent } from "./rounds";

const whole: Extent = { rounds: 5, ms: 1500, warmUp: 1000, warmUpCalls: 2000, starts: 9 };
const quick: Extent = { rounds: 1, ms: 500, warmUp: 300, warmUpCalls: 0, starts: 1 };

function print({ goal, measured, met }: Goal): void {
  console.log(`${met === null ? "–     " : met ? "met   " : "MISSED"} ${goal}: ${measured}`);
}

async function main(): Promise<void> {
  const options = { quick: { type: "boolean", default: false }, only: { type: "string" } } as const;
  const { values } = parseArgs({ options });
  await buildInside();
  const server = await startStandIn();
  try {
    const results = await measure(server, values.quick ? quick : whole, console.log, values.only?.split(","));
    // What a whole run has found stays until the next one.
    const folder = values.quick || values.only !== undefined ? cache : join(root, "bench");
    await writeFile(join(folder, "RESULTS.md"), await writeReport(results));
    await writeFile(join(folder, "chart.svg"), drawChart(results));
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
