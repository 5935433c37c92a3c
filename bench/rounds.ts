import { availableParallelism } from "node:os";
import type { StandIn } from "./children";
import type { Sample } from "./inside/meter";

/** How long everything takes. */
export interface Extent {
  readonly rounds: number;
  /** ms of each measurement, and of the warm-up before it. */
  readonly ms: number;
  readonly warmUp: number;
  /** Calls that the warm-up has at least. */
  readonly warmUpCalls: number;
  /** How often a Node-RED is started: to time the loading of the nodes, and with each build to time the first messages. */
  readonly starts: number;
}

/** A measurement that was made in one of the rounds. */
export interface Measured {
  readonly sample: Sample;
  /** Requests that reached the server. */
  readonly requests: number;
  /** The part of the machine's CPU time that the server took, and that neither it nor what was measured took. */
  readonly serverShare: number;
  readonly foreignShare: number;
}

/** What stands in a row of the report: one way to get tokens with so many in flight, and its rounds. */
export interface Row {
  readonly name: string;
  readonly inFlight: number;
  readonly rounds: Measured[];
}

/** A way to get tokens that is measured. */
export interface Contender {
  readonly name: string;
  /** How many it is measured with in flight; all of {@link loads} unless told. */
  readonly loads?: readonly number[];
  readonly measure: (inFlight: number) => Promise<Sample>;
}

/** How many are in flight. */
export const loads = [1, 32];

async function measure(contender: Contender, inFlight: number, server: StandIn): Promise<Measured> {
  const before = await server.work();
  const sample = await contender.measure(inFlight);
  const after = await server.work();
  const serverCpu = after.cpu - before.cpu;
  const capacity = sample.wallTime * availableParallelism();
  return {
    sample,
    requests: after.requests - before.requests,
    serverShare: serverCpu / sample.wallTime,
    foreignShare: Math.max(0, (sample.machineCpu - sample.ownCpu - serverCpu) / capacity),
  };
}

/** Measures all in turn, round after round, so that what the machine does besides hits all of them alike. */
export async function runRounds(
  contenders: readonly Contender[],
  server: StandIn,
  { rounds }: Extent,
  log: (text: string) => void,
): Promise<Row[]> {
  const rows = loads.flatMap((inFlight) =>
    contenders
      .filter((contender) => (contender.loads ?? loads).includes(inFlight))
      .map(({ name }): Row => ({ name, inFlight, rounds: [] })),
  );
  for (let round = 1; round <= rounds; round += 1) {
    for (const row of rows) {
      const contender = contenders.find(({ name }) => name === row.name);
      if (!contender) continue;
      const measured = await measure(contender, row.inFlight, server);
      row.rounds.push(measured);
      log(`round ${round}: ${row.name}, ${row.inFlight} in flight: ${measured.sample.perSecond.toFixed(0)}/s`);
    }
  }
  return rows;
}
