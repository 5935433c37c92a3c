/** A simulated Plex Media Server and what is needed of plex.tv, over real HTTP(S). */
export * as faults from "./faults";
export { certificates, type TestCertificates } from "./certificates";
export { startCastReceiver, type CastReceiver } from "./home/cast";
export { startPlayer, type SimulatedPlayer } from "./home/player";
export type { PlayerState } from "./home/player-replies";
export { putOn, type FilmServer } from "./home/remote-control";
export { startGdm, type Gdm, type GdmOptions, type GdmServer } from "./gdm";
export type { PlexTv } from "./plex-tv/plex-tv";
export type { Client } from "./pms/companion";
export { startSimulator, type Simulator } from "./simulator";
export type { SimulatorOptions } from "./options";
export type { Notifications } from "./pms/notifications";
export type { Viewer, ViewerOptions } from "./pms/viewer";
export { TRANSIENT_TOKEN_LIFE } from "./pms/tokens";
export type { Fault, FaultFilter, RecordedRequest, ServerName, SourceConnection, TlsKeyPair } from "./types";
