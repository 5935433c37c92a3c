export { createErrorReply, DetailedError, notDeployed } from "./error-reply";
export { guard } from "./guard";
export { type CallContext, type Handler, Responder } from "./responder";
