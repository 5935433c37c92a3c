export { type ConnectionSettings, readConnectionSettings, readField, readFormTimeout } from "./form";
export { readFormToken } from "./token";
export { tryConnections } from "./try-connections";
