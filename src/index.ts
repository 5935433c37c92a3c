export { type TlsOptions } from "./agent";
export { type Connection } from "./connections";
export { PlexError, plexErrorCodes, type PlexErrorCode, type PlexErrorDetails } from "./errors";
export { PlexClient, type CallOptions, type PlexClientOptions, type SourceConnectionOptions } from "./plex-client";
export { type ProxyEnvironment } from "./proxy";
export { type SourceConnection, type TransientToken } from "./responses";
