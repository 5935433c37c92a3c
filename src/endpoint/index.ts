export { type Endpoint, type EndpointOptions, readEndpoint } from "./endpoint";
export { type EndpointResponse, sendRequest } from "./send-request";
export { SourceClients } from "./source-clients";
export { readVia, type Via } from "./via";
