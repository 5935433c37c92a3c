export { createAgent, type TlsOptions } from "./agent";
export { readBody } from "./body";
export { authoritiesOnly } from "./certificate-authorities";
export { type Headers, identityHeaders } from "./headers";
export { type ApiRequest, HttpClient, type Method } from "./http-client";
export { type ProxyEnvironment, proxyFromEnvironment } from "./proxy";
export { createRequester } from "./request";
export { statusError } from "./status-errors";
