/** A process that loads one client, puts it under load once, reports, and ends. */
import { performance } from "node:perf_hooks";
import { clients, type ClientPlace } from "./clients";
import { loop } from "./loop";
import { collectGarbage, type Order, type Sample } from "./meter";

/** What such a process is told. */
export interface ClientJob extends ClientPlace {
  readonly client: string;
  readonly order: Order;
}

/** What it reports. */
export interface ClientReport {
  /** ms. */
  readonly loadTime: number;
  /** Bytes by which the process grew. */
  readonly loadMemory: number;
  /** ms for the first call, which may load more. */
  readonly firstCall: number;
  readonly sample: Sample;
}

function memory(): number {
  collectGarbage();
  return process.memoryUsage().rss;
}

async function run({ client, order, ...place }: ClientJob): Promise<ClientReport> {
  const loader = clients[client];
  if (!loader) throw new Error(`There is no client ${client}.`);
  const before = memory();
  const start = performance.now();
  const make = await loader(place);
  const loadTime = performance.now() - start;
  const loadMemory = memory() - before;
  const ask = make();
  const called = performance.now();
  const token = await ask();
  const firstCall = performance.now() - called;
  if (!String(token).startsWith("transient-")) throw new Error(`${client} got no token but ${String(token)}.`);
  return { loadTime, loadMemory, firstCall, sample: await loop(ask, order) };
}

process.once("message", (job) => {
  run(job as ClientJob).then(
    (report) => process.send?.(report, () => process.exit()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
