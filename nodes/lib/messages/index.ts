export { handleInput } from "./input-handler";
export { readProperty, type TypedValue } from "./read-property";
