export { handleEvents } from "./event-handler";
export { handleInput } from "./input-handler";
export { readMessageProperty, readProperty, type TypedValue } from "./read-property";
export { Result } from "./result";
