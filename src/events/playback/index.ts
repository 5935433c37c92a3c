export { passesMedia } from "./filter";
export { type PlaybackOptions } from "./listener";
export { PlaybackFeed } from "./playback-feed";
