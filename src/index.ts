export type { Connection, SourceConnection, TransientToken } from "./answers";
export type { PlexClientOptions } from "./client-settings";
export type { EndpointOptions, EndpointResponse } from "./endpoint";
export { PlexError, type PlexErrorCode, plexErrorCodes, type PlexErrorDetails } from "./errors";
export type {
  ConnectionChange,
  ConnectionStatus,
  EventListener,
  EventMedia,
  EventPlayer,
  EventUser,
  LibraryEventName,
  ListenOptions,
  MediaType,
  PlaybackEventName,
  PlexEvent,
} from "./events";
export type { ProxyEnvironment, TlsOptions } from "./http";
export {
  type BestConnectionOptions,
  type CallOptions,
  PlexClient,
  type ProbedSourceConnection,
  type RequestOptions,
  type SourceConnectionOptions,
} from "./plex-client";
export type { ProbedConnection } from "./probe";
export type { CallState, ProgressListener } from "./progress";
