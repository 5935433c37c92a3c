export { type ConnectionSettings, readConnectionSettings, readField, readFormTimeout } from "./form";
export { readSetting } from "./references";
export { readFormToken } from "./token";
export { tryConnections } from "./try-connections";
