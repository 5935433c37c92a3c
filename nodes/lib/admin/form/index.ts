export { type ConnectionSettings, readConnectionSettings, readField } from "./form";
export { readFormToken } from "./token";
export { tryConnections } from "./try-connections";
