export { awaited, onConnected, onLost, onTick, wants } from "./clock";
export { type MediaType, mediaTypes, passesMedia } from "./filter";
export { onMetadata, onNoSessions, onSessions } from "./listed";
export { hear, type Heard, type Hearing, newHearing, type PlaybackOptions, release, releaseAt } from "./listener";
export { onPlaying } from "./notified";
export { emptyTable, type Play, type Step, type Table } from "./table";
