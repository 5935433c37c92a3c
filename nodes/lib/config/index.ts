export { getClient } from "./client";
export { readProxy, readTls } from "./connection-settings";
