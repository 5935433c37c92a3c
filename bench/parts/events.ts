import { eventsGoals } from "../goals/events";
import { names } from "../goals/names";
import { type EventsFigures, type EventsRow, type Listening, startListening } from "../node-red/events";
import { explain, type Part, type Setting } from "./part";

const perSecond = 2_000;
const scanFrames = 5_000;
const pauses = { kind: "pauses", count: 500, perSecond: 100 } as const;
const scan = { kind: "scan", count: scanFrames, perSecond } as const;

/** The frames of a round. */
const framesOf = ({ extent }: Setting) => {
  return { kind: "home", count: (2 * extent.ms * perSecond) / 1000, perSecond } as const;
};

async function measureRounds(all: readonly Listening[], setting: Setting): Promise<EventsFigures> {
  const rows = all.map(({ name }): EventsRow => ({ name, cpu: [], messages: [] }));
  const [latencies, scans]: [EventsFigures["latencies"][number][], EventsFigures["scans"][number][]] = [[], []];
  const one = all.find(({ name }) => name === names.listener);
  const frames = framesOf(setting);
  for (let round = 1; round <= setting.extent.rounds; round += 1) {
    for (const [index, { hear }] of all.entries()) {
      const { cpu, messages } = await hear(frames);
      if (messages === 0) throw new Error(`${rows[index]?.name ?? ""} heard nothing.`);
      rows[index]?.cpu.push((cpu / frames.count) * 1e6);
      rows[index]?.messages.push((messages / frames.count) * 1000);
    }
    if (!one) continue;
    const { p50, p99 } = await one.hear(pauses);
    latencies.push({ p50, p99 });
    const { messages, heap, before } = await one.hear(scan);
    scans.push({ messages, growth: heap - before });
    setting.log(
      `round ${round}: ${rows.map(({ name, cpu }) => `${name} ${cpu.at(-1)?.toFixed(0) ?? ""} µs`).join(", ")}`,
    );
  }
  return { rows, latencies, scans };
}

/** What listening costs: a home's frames, a scan's, and the way from a frame to its message. */
export const measureEvents: Part = async (setting) => {
  const all = await startListening(setting.server);
  try {
    for (const { hear } of all)
      for (const frames of [framesOf(setting), framesOf(setting), pauses, scan]) await hear(frames);
    const events = await measureRounds(all, setting);
    const profile = async (name: string) => {
      const { profile } = (await all.find((each) => each.name === name)?.hear(framesOf(setting), true)) ?? {
        profile: null,
      };
      return { profile };
    };
    return { events, profiles: await explain(eventsGoals({ events }), profile) };
  } finally {
    await Promise.all(all.map(({ stop }) => stop()));
  }
};
