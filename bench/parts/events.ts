import { eventsGoals } from "../goals/events";
import { names } from "../goals/names";
import {
  type EventsFigures,
  type EventsRow,
  type Latency,
  type Listening,
  type ScanSample,
  startListening,
} from "../node-red/events";
import { explain, type Part, type Setting } from "./part";

const perSecond = 2_000;
const scanFrames = 5_000;
const pauses = { kind: "pauses", count: 500, perSecond: 100 } as const;
const scan = { kind: "scan", count: scanFrames, perSecond } as const;

/** What is measured with which frames. */
const measured = [
  ...[names.listener, names.reporting, names.listeners, names.webSocket].map(
    (name) => ({ name, kind: "home" }) as const,
  ),
  ...[names.listener, names.webSocket].map((name) => ({ name, kind: "evening" }) as const),
];

type Hear = Listening["hear"];

/** The frames of a round. */
const framesOf = ({ extent }: Setting) => ({ count: (2 * extent.ms * perSecond) / 1000, perSecond });

/** Faster, and ten times as many as calls: a frame costs a tenth of a call. */
const warmUpOf = ({ extent }: Setting) => ({ count: 1000 + 10 * extent.warmUpCalls, perSecond: 5 * perSecond });

function find(all: readonly Listening[], wanted: string): Hear {
  const listening = all.find(({ name }) => name === wanted);
  if (!listening) throw new Error(`There is no ${wanted} that listens.`);
  return listening.hear;
}

async function measureRow(row: EventsRow, hear: Hear, setting: Setting): Promise<void> {
  const frames = { kind: row.kind, ...framesOf(setting) };
  const { cpu, messages } = await hear(frames);
  if (messages === 0) throw new Error(`${row.name} heard nothing.`);
  row.cpu.push((cpu / frames.count) * 1e6);
  row.messages.push((messages / frames.count) * 1000);
}

async function measureRounds(all: readonly Listening[], setting: Setting): Promise<EventsFigures> {
  const rows = measured.map((row): EventsRow => ({ ...row, cpu: [], messages: [] }));
  const [latencies, scans]: [Latency[], ScanSample[]] = [[], []];
  const one = find(all, names.listener);
  for (let round = 1; round <= setting.extent.rounds; round += 1) {
    for (const row of rows) await measureRow(row, find(all, row.name), setting);
    const { p50, p99 } = await one(pauses);
    latencies.push({ p50, p99 });
    const { messages, heap, before } = await one(scan);
    scans.push({ messages, growth: heap - before });
    const figures = rows.map(({ name, kind, cpu }) => `${name} (${kind}) ${cpu.at(-1)?.toFixed(0) ?? ""} µs`);
    setting.log(`round ${round}: ${figures.join(", ")}`);
  }
  return { rows, latencies, scans };
}

/** What listening costs: a home's frames, a scan's, and the way from a frame to its message. */
export const measureEvents: Part = async (setting) => {
  const all = await startListening(setting.server);
  const frames = framesOf(setting);
  try {
    for (const { hear } of all) {
      for (const kind of ["home", "evening"] as const) await hear({ kind, ...warmUpOf(setting) });
      await hear(pauses);
      await hear(scan);
    }
    const events = await measureRounds(all, setting);
    const profile = (name: string) => find(all, name)({ kind: "home", ...frames }, true);
    return { events, profiles: await explain(eventsGoals({ events }), profile) };
  } finally {
    await Promise.all(all.map(({ stop }) => stop()));
  }
};
