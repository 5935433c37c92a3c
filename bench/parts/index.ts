import { measureClients } from "./clients";
import { measureEvents } from "./events";
import { measureLine, measureLoadings, measureSizes } from "./footprint";
import { measureNodes } from "./nodes";
import { measurePage } from "./page";
import type { Part } from "./part";
import { measureStarts } from "./starts";

export type { Setting } from "./part";

/** All parts, in the order in which they are measured. */
export const parts: ReadonlyMap<string, Part> = new Map([
  ["sizes", measureSizes],
  ["starts", measureStarts],
  ["loading", measureLoadings],
  ["waiting", measureLine],
  ["nodes", measureNodes],
  ["page", measurePage],
  ["events", measureEvents],
  ["clients", measureClients],
]);
