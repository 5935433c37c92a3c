import { number, range } from "../report/text";
import type { Figures } from "../results";
import type { FrameKind } from "../inside/frames";
import type { EventsRow } from "../node-red/events";
import { median, spread, type Spread } from "../statistics";
import type { Goal } from "./goal";
import { names } from "./names";

/** How the CPU time for a frame of a kind compares, round by round. */
export function compareFrames(rows: readonly EventsRow[], kind: FrameKind, name: string, base: string): Spread {
  const find = (wanted: string) => rows.find((row) => row.name === wanted && row.kind === kind)?.cpu ?? [];
  const other = find(base);
  return spread(find(name).map((cpu, round) => cpu / (other[round] ?? Number.NaN)));
}

/** Bytes that the heap of a Node-RED which does nothing is apart from one measurement to the next, and more. */
const noGrowth = 64 * 1024;

/** What listening costs. */
export function eventsGoals({ events }: Pick<Figures, "events">): Goal[] {
  if (!events) return [];
  const { rows, latencies, scans } = events;
  const [ofPlayers, ofAll] = (["home", "evening"] as const).map((kind) =>
    compareFrames(rows, kind, names.listener, names.webSocket),
  ) as [Spread, Spread];
  const many = compareFrames(rows, "home", names.listeners, names.listener);
  const p99 = median(latencies.map((latency) => latency.p99));
  const messages = scans.reduce((sum, scan) => sum + scan.messages, 0);
  const growth = spread(scans.map((scan) => scan.growth / 1024));
  const explainedBy = [names.listener, names.webSocket];
  return [
    {
      goal: "plex-events, 1 listener: at most 0.5 × the CPU time for a frame of websocket in, json, switch",
      ...{ measured: `${range(ofPlayers)} ×`, met: ofPlayers.median <= 0.5, explainedBy },
    },
    {
      goal: "the same, for the frames of players between all else that a server sends",
      ...{ measured: `${range(ofAll)} ×`, met: ofAll.median <= 0.5, explainedBy },
    },
    {
      goal: "100 listeners on one plex-config: at most 2 × the CPU time of one",
      ...{ measured: `${range(many)} ×`, met: many.median <= 2, explainedBy: [names.listeners] },
    },
    {
      goal: "from the frame to the message, with a known session: 99 % in less than 10 ms",
      ...{ measured: `${number(p99)} ms`, met: p99 < 10, explainedBy: [names.listener] },
    },
    {
      goal: "5,000 frames of a scan, with `listen: playback`: no message, and the heap does not grow",
      measured: `${messages} messages, ${range(growth)} KiB`,
      met: messages === 0 && growth.median * 1024 <= noGrowth,
    },
  ];
}
