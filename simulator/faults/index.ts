/** Ready-made faults: each call makes one for `simulator.fault(…)`. */
export * from "./connection";
export * from "./ordinary";
export * from "./protocol";
export * from "./replies";
export * from "./size";
