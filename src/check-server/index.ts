export { checkServer } from "./check-server";
