export { EventsOnDemand } from "./events-on-demand";
export type { EventListener, ListenOptions } from "./listen-options";
export { type MediaType, mediaTypes } from "./media-types";
export type {
  EventMedia,
  EventPlayer,
  EventUser,
  LibraryEventName,
  PlaybackEventName,
  PlexEvent,
} from "./notifications";
export type { EventsTiming, PlexEvents } from "./plex-events";
export type { ConnectionChange, ConnectionStatus } from "./stream";
