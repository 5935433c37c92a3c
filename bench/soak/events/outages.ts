import { setTimeout as sleep } from "node:timers/promises";
import { faults, type Simulator } from "../../../simulator";
import type { Day } from "./day";
import type { Random } from "./random";
import type { Resident } from "./resident";
import type { Told } from "./told";

const stream = "/:/eventsource/notifications";

/** What has happened to the connection, and what of the library has to be told. */
export interface Happened {
  restarts: number;
  cuts: number;
  scans: number;
}

/** What a home is made of for those who disturb it. */
export interface Household {
  readonly simulator: Simulator;
  readonly residents: readonly Resident[];
  readonly day: Day;
  readonly random: Random;
  readonly told: Told;
  readonly happened: Happened;
}

/** Waits until all that has happened so far has been told. Returns whether it was. */
export async function untilTold({ residents, told, happened }: Household): Promise<boolean> {
  const { restarts, cuts, scans } = happened;
  return told.until(
    () =>
      residents.every(({ isTold }) => isTold) &&
      told.at("all error").length >= 2 * (restarts + cuts) &&
      told.at("library success").length >= scans,
  );
}

/** A scan with the notifications that it makes, and others that mean nothing. */
function makeNoise({ simulator: { notifications }, happened }: Household): void {
  happened.scans += 1;
  const uuid = `scan-${happened.scans}`;
  const activity = (event: string, progress: number) => {
    const Context = { librarySectionID: "1" };
    const Activity = { uuid, type: "library.update.section", title: "Scanning", progress, Context };
    notifications.send("activity", { event, uuid, Activity });
  };
  for (let count = 0; count < 1_556; count += 1) activity("updated", count % 100);
  activity("ended", 100);
  notifications.send("playing", { state: "stopped", ratingKey: "" });
  notifications.send("playing", { sessionKey: "9999", state: "stopped", ratingKey: "1", key: "/library/metadata/1" });
  notifications.write("event: playing\ndata: {broken\n\nevent: unheard.of\ndata: {}\n\n");
}

/** The end of the connection, with or without a restart of the server, and what people do meanwhile. */
async function interrupt({ simulator, residents, random, told, happened }: Household): Promise<void> {
  const restarts = random.happens(0.5);
  happened[restarts ? "restarts" : "cuts"] += 1;
  const told0 = told.at("all error").length;
  // A server that starts up answers with 503 for a while, and lists no sessions a little longer.
  if (restarts) {
    simulator.fault(faults.status(503), { path: stream, times: random.between(1, 2) });
    simulator.fault(faults.status(503), { path: "/status/sessions", times: random.between(0, 1) });
    simulator.restart();
  }
  if (restarts || random.happens(0.5)) simulator.dropConnections("own");
  else simulator.notifications.end();
  await told.until(() => simulator.notifications.open === 0 && told.at("all error").length > told0);
  for (const resident of residents) resident.actUnheard(restarts);
  await told.until(() => told.at("all error").length > told0 + 1);
  // What is heard before the sessions have been read may have begun in the gap; a list that failed is asked for again.
  await sleep(2_500);
}

/** Disturbs a home about every half an hour, for as long as the day is. Returns whether all was told in time. */
export async function disturb(household: Household): Promise<boolean> {
  const { day, random } = household;
  for (;;) {
    await day.pass(random.between(15, 45));
    if (day.isOver()) return true;
    const goOn = await day.hold();
    if (!(await untilTold(household))) return false;
    if (random.happens(0.3)) makeNoise(household);
    else await interrupt(household);
    // What is told too much shall come before something else is expected.
    await sleep(100);
    const isTold = await untilTold(household);
    goOn();
    if (!isTold) return false;
  }
}
