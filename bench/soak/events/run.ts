import { startSimulator, type Simulator } from "../../../simulator";
import { probed, server, tab } from "../../../testing/node-red/flows";
import { eventsNode } from "../../../testing/node-red/listening";
import { quietLog, readHoldings, readMemory } from "../../../testing/node-red/load";
import { startNodeRed, type FlowNode, type NodeRedProcess } from "../../../testing/node-red/process";
import { runtimes } from "../../../testing/node-red/runtimes";
import { findGrowth, type Held } from "../readings";
import { Day } from "./day";
import { disturb, untilTold, type Household } from "./outages";
import { Random } from "./random";
import { Resident, type Person } from "./resident";
import { Told } from "./told";

/** How long a day is, and which one. */
export interface EventsOrder {
  readonly hours: number;
  /** The same seed makes the same people do the same things. */
  readonly seed: number;
}

const anna = { id: "1", title: "anna" };
const ben = { id: "7", title: "ben" };
const people: readonly Person[] = [
  { player: "Living Room TV", user: anna, named: true },
  { player: "Bedroom", user: ben, named: true },
  { player: "Kitchen Tablet", user: anna, named: true },
  { player: "Old Box", user: ben, named: false },
  { player: "Kids", user: { id: "9", title: "kids" }, named: true },
  { player: "Plexamp", user: anna, named: true },
];

/** Who hears what: everything, one player, one user, the library. */
const filters: Readonly<Record<string, (person: Person) => boolean>> = {
  all: () => true,
  room: ({ player }) => player === "Living Room TV",
  user: ({ user }) => user === anna,
};

function flows({ url, token }: Simulator): FlowNode[] {
  const nodes = [
    eventsNode({ id: "all", settle: 1 }),
    eventsNode({ id: "room", settle: 1, player: "living room tv" }),
    eventsNode({ id: "user", settle: 1, user: "Anna" }),
    eventsNode({ id: "library", listen: "library" }),
  ];
  return [tab, server(url, token, { retries: 2 }), ...nodes.flatMap((node) => probed(node))];
}

/** How what was told differs from what had to be: nothing in a sound program. */
function compare(where: string, told: readonly string[], expected: readonly string[]): string[] {
  const at = expected.findIndex((words, index) => told[index] !== words);
  if (at < 0 && told.length === expected.length) return [];
  const from = Math.max(0, (at < 0 ? expected.length : at) - 2);
  const show = (all: readonly string[]) => all.slice(from, from + 6).join(", ");
  return [`${where}: event ${from + 1} and on should be [${show(expected)}] and are [${show(told)}].`];
}

/** What is wrong with what the nodes have told of a day. */
function findMistakes({ residents, told, happened }: Household): string[] {
  const { restarts, cuts, scans } = happened;
  const outages = Array.from({ length: restarts + cuts }, () => ["disconnected", "connected"]).flat();
  const nodes = Object.entries(filters);
  return [
    ...nodes.flatMap(([node, hears]) =>
      residents.flatMap(({ id, person, expected }) =>
        compare(`${node}, ${person.player}`, told.of(node, id), hears(person) ? expected : []),
      ),
    ),
    ...[...nodes.map(([node]) => node), "library"].flatMap((node) =>
      compare(`${node}, connection`, told.at(`${node} error`), outages),
    ),
    ...compare(
      "library",
      told.at("library success"),
      Array.from({ length: scans }, () => "scanned"),
    ),
  ];
}

async function readHeld(nodeRed: NodeRedProcess): Promise<Held> {
  return { heap: (await readMemory(nodeRed)).heapUsed, holdings: await readHoldings(nodeRed) };
}

async function live(household: Household, nodeRed: NodeRedProcess): Promise<string[]> {
  const { day, residents, told } = household;
  // The first connection tells nothing, and what plays before it is there is no event.
  const { simulator } = household;
  await told.until(() => simulator.notifications.open === 1);
  await day.pass(4);
  // What one outage needs, is there from then on.
  household.happened.cuts += 1;
  simulator.notifications.end();
  await told.until(() => told.at("all error").length === 2);
  const held = await readHeld(nodeRed);
  const lives = residents.map((resident) => day.live(() => resident.live()));
  const [inTime] = await Promise.all([disturb(household), day.run(), ...lives]);
  const wasTold = inTime && (await untilTold(household));
  // What is told too much may come late.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const warnings = /MaxListenersExceeded|Unhandled|Uncaught|\[error\]/.exec(nodeRed.log);
  return [
    ...(wasTold ? [] : ["Something was not told in time."]),
    ...findMistakes(household),
    ...findGrowth(held, await readHeld(nodeRed)),
    ...(warnings ? [`Node-RED said: ${warnings[0]}.`] : []),
  ];
}

function printResult(title: string, { residents, happened }: Household, flaws: number): void {
  const sum = (count: (resident: Resident) => number) => residents.reduce((total, each) => total + count(each), 0);
  const { restarts, cuts, scans } = happened;
  const done = [
    `${sum(({ sessions }) => sessions)} sessions with ${sum(({ reports }) => reports)} reports`,
    `${scans} scans, ${restarts} restarts of the server, ${cuts} cuts`,
    `${sum(({ expected }) => expected.length)} events of playback to tell`,
  ];
  const outcome = flaws === 0 ? "none lost, none doubled, nothing kept" : `${flaws} FLAWS`;
  console.log(`events, ${title}: ${done.join("; ")}: ${outcome}`);
}

/**
 * A day of a home in quick motion in one Node-RED, with the server restarted and the connection cut in between. Prints
 * one line. Returns what is wrong with what the nodes told.
 */
export async function soakEvents(version: string, { hours, seed }: EventsOrder): Promise<string[]> {
  const runtime = runtimes.find(({ name }) => name.endsWith(version));
  if (!runtime) throw new Error(`There is no Node-RED ${version} to run in.`);
  const begin = Date.now();
  const simulator = await startSimulator();
  const nodeRed = await startNodeRed(await runtime.get(), { settings: quietLog });
  try {
    await nodeRed.deploy(flows(simulator));
    const [day, random, told] = [new Day(hours), new Random(seed), new Told(nodeRed)];
    const parts = { day, told };
    const residents = people.map(
      (person) => new Resident(simulator, person, { ...parts, random: new Random(random.between(0, 2 ** 30)) }),
    );
    const household = { simulator, residents, random, ...parts, happened: { restarts: 0, cuts: 0, scans: 0 } };
    const flaws = await live(household, nodeRed);
    const seconds = Math.round((Date.now() - begin) / 1000);
    printResult(`Node-RED ${version}, ${hours} h in ${seconds} s`, household, flaws.length);
    return flaws.map((flaw) => `Node-RED ${version}, seed ${seed}: ${flaw}`);
  } finally {
    await nodeRed.stop();
    await simulator.close();
  }
}
