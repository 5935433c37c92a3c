export { SharedCalls, type StartCall } from "./shared-calls";
export { TokenCache } from "./token-cache";
