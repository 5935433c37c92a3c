import { performance } from "node:perf_hooks";
import type { NodeAPI } from "node-red";
import { warmUp } from "../../../src/warm-up";
import { onFlowsStarted } from "./flows-started";

/** ms between two looks at how busy the runtime is. */
const interval = 1_000;
/** Share of the time that the event loop may have been busy with other things. */
const idleBelow = 0.2;

let isDone = false;
let configNodes = 0;
let end: (() => void) | undefined;

/** Waits until the runtime is idle, and warms up then. Returns a function that ends either. */
function start(): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running: AbortController | undefined;
  const watch = () => {
    const before = performance.eventLoopUtilization();
    timer = setTimeout(() => {
      if (performance.eventLoopUtilization(before).utilization > idleBelow) watch();
      else void run();
    }, interval).unref();
  };
  const run = async () => {
    running = new AbortController();
    isDone = await warmUp(running.signal);
    running = undefined;
  };
  watch();
  return () => {
    clearTimeout(timer);
    running?.abort();
  };
}

/**
 * Sees that the first message need not wait for what is loaded and compiled only then: it is done once in a process, when
 * the flows have started and the runtime is idle. Without a plex-config node nothing happens.
 * @returns a function that the plex-config node calls when it is closed; the last of them ends what is under way
 */
export function warmUpWhenIdle(RED: NodeAPI): () => void {
  configNodes += 1;
  const ignore = onFlowsStarted(RED, () => {
    if (!isDone) end ??= start();
    ignore();
  });
  return () => {
    ignore();
    configNodes -= 1;
    if (configNodes > 0) return;
    end?.();
    end = undefined;
  };
}
