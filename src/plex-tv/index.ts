export { type AccountProvider, type AccountServer, candidateConnections, findServer } from "./account";
export type { Pin } from "./pin";
export { PlexTv } from "./plex-tv";
