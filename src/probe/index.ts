export { noConnectionError } from "./no-connection-error";
export { createProbeLimit, probe, type ProbedConnection, type ProbeOptions, type ProbeResult } from "./probe";
