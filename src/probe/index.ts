export { noConnectionError } from "./no-connection-error";
export { probe, type ProbedConnection, type ProbeOptions, type ProbeResult } from "./probe";
