export { type TlsOptions } from "./agent";
export { type Connection } from "./connections";
export { PlexError, plexErrorCodes, type PlexErrorCode, type PlexErrorDetails } from "./errors";
export { type PlexClientOptions } from "./client-settings";
export {
  PlexClient,
  type BestConnectionOptions,
  type CallOptions,
  type ProbedSourceConnection,
  type SourceConnectionOptions,
} from "./plex-client";
export { type ProbedConnection } from "./probe";
export { type ProxyEnvironment } from "./proxy";
export { type SourceConnection, type TransientToken } from "./responses";
