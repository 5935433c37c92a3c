export { createErrorReply, DetailedError, inSubflow, notDeployed } from "./error-reply";
export { guard } from "./guard";
export { type CallContext, type Handler, Responder } from "./responder";
