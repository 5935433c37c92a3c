export { type EventListener, type ListenOptions } from "./listen-options";
export type {
  EventMedia,
  EventPlayer,
  EventUser,
  LibraryEventName,
  PlaybackEventName,
  PlexEvent,
} from "./notifications";
export { type MediaType, mediaTypes } from "./playback";
export { type EventsTiming, PlexEvents } from "./plex-events";
export type { ConnectionChange, ConnectionStatus } from "./stream";
