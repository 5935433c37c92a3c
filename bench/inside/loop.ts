import { performance } from "node:perf_hooks";
import { Meter, type Order, type Sample } from "./meter";

/** Calls in a closed loop, as many at a time as ordered. Rejects when a call does. */
export async function loop(call: () => Promise<unknown>, order: Order): Promise<Sample> {
  const meter = new Meter(order);
  const keepCalling = async () => {
    for (let goOn = true; goOn;) {
      const startedAt = performance.now();
      await call();
      goOn = meter.answered(startedAt);
    }
  };
  await Promise.all(Array.from({ length: order.inFlight }, keepCalling));
  return meter.finish();
}
