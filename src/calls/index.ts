export { type Progress, SharedCalls, type StartCall } from "./shared-calls";
export { TokenCache } from "./token-cache";
