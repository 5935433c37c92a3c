export { getClient } from "./client";
export { readProxy, readTls } from "./connection-settings";
export { onFlowsStarted } from "./flows-started";
export { warmUpWhenIdle } from "./warm-up";
