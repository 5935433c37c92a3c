export { readClientIdentifier } from "./client-identifier";
export { readServerUrl } from "./server-url";
export { readSource } from "./source";
export { readTimeout } from "./timeout";
export { isClaimToken, isHeaderSafe, isJwt, isTransient, readToken } from "./token";
export { maxTimerDelay, readText, readWholeNumber, trimSlashes } from "./values";
