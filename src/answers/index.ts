export { type Connection, limitConnections, orderConnections, rankConnection, readConnection } from "./connections";
export { type Fields, isFields, readFlag, readList, readNumber, readPort, readString } from "./fields";
export { readIdentity, type ServerIdentity } from "./identity";
export { readIdentifier, readLabel } from "./labels";
export { composeDirectNames, isDockerAddress, isLinkLocal, readDirectAddress } from "./plex-direct";
export { readSourceConnection, type SourceConnection } from "./source-connection";
export { readTransientToken, type TransientToken, transientTokenLifetime } from "./transient-token";
