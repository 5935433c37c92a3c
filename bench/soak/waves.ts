import { setTimeout as sleep } from "node:timers/promises";
import { faults, type Fault, type FaultFilter } from "../../simulator";
import type { DeployType } from "../../testing/node-red/process";
import { burst, readTally, untilAllCame, untilAllDone } from "../../testing/node-red/load";
import { kinds } from "../../testing/node-red/counted-flows";
import type { Totals } from "./readings";
import { redeploy, type Stage } from "./stage";

/** Messages that are sent at once, a quarter of them to each kind of node. */
export const perWave = 1_000;

/** Longer than any message may take, in ms: what has not come by then is lost. */
const patience = 60_000;

/** What a server, or something in front of it, does instead of answering. */
const misbehaviours: readonly Fault[] = [
  faults.reset(),
  faults.status(503),
  faults.deadSocketAfterReply(),
  faults.hang(),
  faults.fin(),
  faults.cutOffJson(),
  faults.status(429, { retryAfter: 1 }),
  faults.resetInBody(),
  faults.gzipBomb(),
  faults.html(),
  faults.hangInBody(),
  faults.finInChunkedBody(),
  faults.closeAfterReply(),
  faults.status(500),
  faults.switchingProtocols(),
  faults.truncatedGzip(),
  faults.delay(300),
  faults.informational(),
  faults.notHttp(),
  faults.hugeChunkedJson(),
  faults.oversizedHeaders(),
  faults.redirect("http://127.0.0.1:9/"),
];

/** Whom it hits: without a path, whoever comes first. */
const filters: readonly FaultFilter[] = [{ path: "/security/token" }, { path: "/security/resources" }, {}];

const deployTypes: readonly DeployType[] = ["nodes", "full", "nodes", "flows", "nodes", "reload"];

function misbehave({ simulator }: Stage, wave: number): void {
  for (const offset of [0, 1, 2]) {
    const fault = misbehaviours[(wave + offset) % misbehaviours.length];
    const filter = filters[(Math.floor(wave / 4) + offset) % filters.length];
    if (fault) simulator.fault(fault, { ...filter, times: 8 });
  }
}

/** Waits until some messages are through and most are on their way, which a slow server sees to. */
async function untilUnderWay({ simulator }: Stage): Promise<void> {
  const deadline = Date.now() + patience;
  while (simulator.requests.length < 100 && Date.now() < deadline) await sleep(5);
}

/** Does something to the messages that are on their way. Returns whether each of them can still come out. */
async function disturb(stage: Stage, wave: number, totals: Totals): Promise<boolean> {
  await untilUnderWay(stage);
  if (wave % 8 === 3) {
    stage.simulator.dropConnections();
    return true;
  }
  const type = deployTypes[Math.floor(wave / 4) % deployTypes.length] ?? "full";
  totals.redeploys += 1;
  await redeploy(stage, `after ${wave} waves`, type);
  return type === "nodes";
}

/**
 * Sends a wave of messages and adds up what became of them. Of eight waves, two meet a server that misbehaves, two a
 * deploy, and one the end of all connections; two more deploys come when all is quiet.
 */
export async function sendWave(stage: Stage, wave: number, totals: Totals): Promise<void> {
  const { nodeRed, simulator } = stage;
  simulator.requests.length = 0;
  // Else the simulator would keep every token that it has given.
  simulator.restart();
  const disturbed = wave % 4 === 1 || wave % 8 === 3;
  if (wave % 4 === 2) misbehave(stage, wave);
  if (disturbed) simulator.fault(faults.delay(50), { server: "own", times: Infinity });
  await burst(nodeRed, kinds, { count: perWave, msg: { payload: { source: simulator.sharedServer } } });
  const deliverable = !disturbed || (await disturb(stage, wave, totals));
  const settle = deliverable ? untilAllCame : untilAllDone;
  await settle(nodeRed, patience).catch(() => undefined);
  totals.add(await readTally(nodeRed), deliverable);
  simulator.clearFaults();
  if (wave % 4 === 3) {
    totals.redeploys += 1;
    await redeploy(stage, `at rest after ${wave} waves`, "full");
  }
}
