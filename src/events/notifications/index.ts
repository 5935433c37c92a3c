export { type Entry, type Item, type PlayingEntry, readEntry, type ScannedEntry, type TimelineEntry } from "./entries";
export {
  type EventMedia,
  type EventPlayer,
  type EventUser,
  type LibraryEventName,
  type PlaybackEventName,
  type PlexEvent,
  unknownMedia,
  unknownPlayer,
  unknownUser,
} from "./event";
export { isWanted, type Notification, readFrame } from "./frames";
export { readMetadata, readSections } from "./media";
export { type ListedSession, readSessionList } from "./session-list";
