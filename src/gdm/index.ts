export { findLocalServers, type GdmServer, readGdmTargets } from "./gdm";
