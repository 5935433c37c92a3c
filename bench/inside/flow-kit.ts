/** What the function nodes of the measured flows call. It is loaded by Node-RED's settings file, before all else. */
import { performance } from "node:perf_hooks";
import { ColdMeter, type ColdOrder } from "./cold";
import { Ear, type EarOrder } from "./ear";
import { eachModule, timeLoading, timeModules } from "./load-timer";
import { Meter, collectGarbage, type Order } from "./meter";
import { type ProfileSummary, summariseFiles } from "./profiler";

interface Message {
  readonly payload?: unknown;
  readonly req?: unknown;
  readonly error?: { readonly message: string };
  readonly statusCode?: number;
  readonly startedAt?: number;
}

/** To the node under test, and to the HTTP response. */
type Outputs = [Message[] | Message | null, object | null];

/** Sends so many messages at once, and waits for none of them. */
interface Burst {
  readonly burst: number;
}

interface Run {
  readonly meter: Meter | ColdMeter;
  readonly request: Message;
  inFlight: number;
}

let run: Run | undefined;

const freshMessage = (): Message => ({ startedAt: performance.now() });

function start(request: Message): Outputs {
  const order = request.payload as Order | ColdOrder | Burst;
  if ("burst" in order) {
    return [Array.from({ length: order.burst }, freshMessage), { ...request, payload: {} }];
  }
  const meter = "calls" in order ? new ColdMeter(order) : new Meter(order);
  const { inFlight } = meter;
  run = { meter, request, inFlight };
  return [Array.from({ length: inFlight }, freshMessage), null];
}

function end({ request }: Run, payload: object): Outputs {
  run = undefined;
  return [null, { ...request, payload }];
}

/**
 * Keeps so many messages in flight as the order says that came with an HTTP request, and answers that request with
 * what was measured: for each message that has gone through the node under test, one more is sent to it.
 */
export function take(msg: Message): Outputs {
  if (msg.req !== undefined) return start(msg);
  if (!run) return [null, null];
  if (msg.error) return end(run, { error: msg.error.message });
  if (msg.statusCode !== undefined && msg.statusCode !== 200) return end(run, { error: `status ${msg.statusCode}` });
  if (run.meter.answered(msg.startedAt ?? 0)) return [freshMessage(), null];
  run.inFlight -= 1;
  return run.inFlight === 0 ? end(run, run.meter.finish()) : [null, null];
}

const ear = new Ear();

/** Counts a message that a plex-events node began with. */
export const hear = (msg: Message): void => {
  ear.hear(msg as Parameters<Ear["hear"]>[0]);
};

/** Answers what was heard since the last request. */
export const listen = (msg: Message): object => ({ ...msg, payload: ear.take(msg.payload as EarOrder) });

const kept: Message[] = [];

/** Holds on to a message, as a node does that waits for something. */
export function keep(msg: Message): void {
  kept.push(msg);
}

/** What a Node-RED with the package in it has cost so far. */
export interface LoadReport {
  /** ms that loading and registering took, by file. */
  readonly files: Readonly<Record<string, number>>;
  /** The parts of it by module, where they were wanted. */
  readonly modules: ProfileSummary;
  /** Whether the HTTP library has been loaded. */
  readonly got: boolean;
  /** Bytes after garbage collection. */
  readonly heap: number;
  readonly rss: number;
}

const folder = "node-red-contrib-plex-access/dist/nodes/";
const modules = process.env[eachModule] === undefined ? new Map<string, number>() : timeModules(folder);
const files = timeLoading(folder);

/** What the package has cost so far. */
export function report(): LoadReport {
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  const got = Reflect.has(globalThis, "benchGotLoaded");
  return { files, modules: summariseFiles(modules), got, heap: heapUsed, rss };
}
