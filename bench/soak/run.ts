import { parseArgs } from "node:util";
import { soakEvents, type EventsOrder } from "./events/run";
import { findFlaws, takeReading, Totals, type Reading } from "./readings";
import { closeStage, openStage, type Stage } from "./stage";
import { printHead, printOutcomes, printReading } from "./table";
import { perWave, sendWave } from "./waves";

// Sends very many messages through the packed package in a real Node-RED, with faults and deploys in between, and
// fails when one of them is lost or comes twice, or when the process holds on to more and more. Then, or with --events
// alone, it plays a day of a home in quick motion to plex-events nodes, in each Node-RED that is supported.

interface Order {
  /** Messages in all. */
  readonly messages: number;
  /** Messages between two lines of the table. */
  readonly every: number;
  /** Version of Node-RED, such as "4.1". */
  readonly version: string;
  /** The part with events, and the versions that it runs on. */
  readonly events: EventsOrder & { readonly versions: readonly string[] };
  /** Whether it is all that is wanted. */
  readonly eventsAlone: boolean;
}

/** Throws unless it is a whole number that makes sense. */
function check(number: number, least: number): number {
  if (!Number.isInteger(number) || number < least) throw new Error(`Give whole numbers of ${least} or more.`);
  return number;
}

/** Reads the command line. @throws Error with one sentence when it makes no sense */
function readOrder(): Order {
  const options = {
    every: { type: "string" },
    on: { type: "string" },
    events: { type: "boolean", default: false },
    hours: { type: "string", default: "24" },
    seed: { type: "string" },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const messages = check(Number(positionals[0] ?? 1_000_000), perWave);
  const every = check(Number(values.every ?? Math.max(Math.round(messages / 20), perWave)), perWave);
  const hours = check(Number(values.hours), 1);
  const seed = check(Number(values.seed ?? Date.now() % 1_000_000), 0);
  const versions = values.on === undefined ? ["4.1", "5.0"] : [values.on];
  const events = { hours, seed, versions };
  return { messages, every, version: values.on ?? "4.1", events, eventsAlone: values.events };
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

async function soakMessages(order: Order): Promise<string[]> {
  const stage = await openStage(order.version);
  try {
    return await soak(stage, order);
  } finally {
    await closeStage(stage);
  }
}

async function main(): Promise<void> {
  const order = readOrder();
  const { events, eventsAlone } = order;
  const flaws = eventsAlone ? [] : await soakMessages(order);
  for (const version of events.versions) flaws.push(...(await soakEvents(version, events)));
  for (const flaw of flaws) console.error(flaw);
  if (flaws.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
