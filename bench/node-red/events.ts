import { setTimeout as sleep } from "node:timers/promises";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import type { StandIn } from "../children";
import { names } from "../goals/names";
import type { Heard } from "../inside/ear";
import type { FrameKind } from "../inside/frames";
import type { Broadcast } from "../inside/streams";
import { listening, manyListening, webSocketFlow } from "./event-flows";
import type { Target } from "./flows";
import { startMeasured } from "./start";

/** CPU time for each frame of a kind in µs, round by round, and the messages that came of 1,000 frames. */
export interface EventsRow {
  readonly name: string;
  readonly kind: FrameKind;
  readonly cpu: number[];
  readonly messages: number[];
}

/** ms from a frame to its message. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Messages that came of the frames of a scan, and bytes that the heap grew by. */
export interface ScanSample {
  readonly messages: number;
  readonly growth: number;
}

/** What was measured of listening. */
export interface EventsFigures {
  readonly rows: readonly EventsRow[];
  readonly latencies: readonly Latency[];
  readonly scans: readonly ScanSample[];
}

/** A Node-RED that listens. */
export interface Listening {
  readonly name: string;
  readonly hear: (frames: Omit<Broadcast, "to">, profile?: boolean) => Promise<Heard & { readonly before: number }>;
  readonly stop: () => Promise<void>;
}

/** Under which path each of them listens. */
const flows: readonly {
  readonly name: string;
  readonly path: string;
  readonly make: (target: Target) => FlowNode[];
}[] = [
  { name: names.listener, path: "one", make: (target) => listening(target) },
  { name: names.reporting, path: "reporting", make: (target) => listening(target, true) },
  { name: names.listeners, path: "hundred", make: (target) => manyListening(target, 100) },
  { name: names.webSocket, path: "core", make: webSocketFlow },
];

/** ms without a message after which the last frame has been read. */
const settle = 300;
/** ms until a listener has come, and another until it has asked who plays. */
const patience = 15_000;
const lookup = 1_500;

async function isHeard(server: StandIn, to: string): Promise<void> {
  const deadline = Date.now() + patience;
  while ((await server.broadcast({ to, kind: "home", count: 0, perSecond: 1 })) === 0) {
    if (Date.now() > deadline) throw new Error(`Nobody listens under ${to}.`);
    await sleep(50);
  }
  await sleep(lookup);
}

async function take(nodeRed: NodeRedProcess, profile = false): Promise<Heard> {
  return (await nodeRed.post("listen", { profile })).body as Heard;
}

/** What it has heard, once a slow machine has come to the end of it too. */
async function takeAll(nodeRed: NodeRedProcess): Promise<Heard> {
  await sleep(settle);
  let all = await take(nodeRed);
  for (;;) {
    await sleep(settle);
    const { messages, cpu, heap } = await take(nodeRed);
    if (messages === 0) return { ...all, heap };
    all = { ...all, messages: all.messages + messages, cpu: all.cpu + cpu };
  }
}

/** Starts one Node-RED for each way to listen. */
export async function startListening(server: StandIn): Promise<Listening[]> {
  const all: Listening[] = [];
  try {
    for (const { name, path: to, make } of flows) {
      const nodeRed = await startMeasured();
      const stop = () => nodeRed.stop();
      const hear: Listening["hear"] = async (frames, profile) => {
        const { heap: before } = await take(nodeRed, profile);
        const listeners = await server.broadcast({ to, ...frames });
        if (listeners !== 1) throw new Error(`${name} had ${listeners} connections to the server.`);
        return { ...(await takeAll(nodeRed)), before };
      };
      all.push({ name, hear, stop });
      await nodeRed.deploy(make({ url: `${server.url}/${to}`, token: server.token }));
      await isHeard(server, to);
    }
    return all;
  } catch (error) {
    await Promise.all(all.map(({ stop }) => stop()));
    throw error;
  }
}
