export { discoverHandler } from "./discover";
export { playersHandler } from "./players";
export { serversHandler } from "./servers";
export { signInCancelHandler } from "./sign-in-cancel";
export { signInStatusHandler } from "./sign-in-status";
export { signInHandler } from "./sign-in";
export { sourcesHandler } from "./sources";
export { testHandler } from "./test";
