import { parseArgs } from "node:util";
import { findFlaws, takeReading, Totals, type Reading } from "./readings";
import { closeStage, openStage, type Stage } from "./stage";
import { printHead, printOutcomes, printReading } from "./table";
import { perWave, sendWave } from "./waves";

// Sends very many messages through the packed package in a real Node-RED, with faults and deploys in between, and
// fails when one of them is lost or comes twice, or when the process holds on to more and more.

interface Order {
  /** Messages in all. */
  readonly messages: number;
  /** Messages between two lines of the table. */
  readonly every: number;
  /** Version of Node-RED, such as "4.1". */
  readonly version: string;
}

/** Reads the command line. @throws Error with one sentence when it makes no sense */
function readOrder(): Order {
  const options = { every: { type: "string" }, on: { type: "string", default: "4.1" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const messages = Number(positionals[0] ?? 1_000_000);
  const every = Number(values.every ?? Math.max(Math.round(messages / 20), perWave));
  for (const count of [messages, every]) {
    if (!Number.isInteger(count) || count < perWave) throw new Error(`Give whole numbers of ${perWave} or more.`);
  }
  return { messages, every, version: values.on };
}

/** Sends all waves; returns what is wrong at the end. */
async function soak(stage: Stage, { messages, every }: Order): Promise<string[]> {
  const { nodeRed, simulator } = stage;
  const totals = new Totals();
  const readings: Reading[] = [];
  printHead();
  for (let wave = 0; totals.in < messages; wave += 1) {
    await sendWave(stage, wave, totals);
    if (Math.floor(totals.in / every) === Math.floor((totals.in - perWave) / every)) continue;
    const reading = await takeReading(nodeRed, totals, simulator.openSockets());
    readings.push(reading);
    printReading(reading);
    if (totals.lost > 0) break;
  }
  printOutcomes(totals.outcomes);
  const last = readings.at(-1);
  // At the first one, Node-RED is still warming up.
  const first = readings[1] ?? last;
  const warnings = /MaxListenersExceeded|Close timed out|Error stopping node/.exec(nodeRed.log);
  return [...(first && last ? findFlaws(first, last) : []), ...(warnings ? [`Node-RED warned: ${warnings[0]}.`] : [])];
}

async function main(): Promise<void> {
  const order = readOrder();
  const stage = await openStage(order.version);
  try {
    const flaws = await soak(stage, order);
    for (const flaw of flaws) console.error(flaw);
    if (flaws.length > 0) process.exitCode = 1;
  } finally {
    await closeStage(stage);
  }
}

main().catch((error: unknown) => {
  console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
