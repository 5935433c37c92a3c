import type { Loading } from "./footprint/loading";
import type { Size } from "./footprint/size";
import type { ClientReport } from "./inside/client-worker";
import type { ProfileSummary } from "./inside/profiler";
import type { Start } from "./node-red/starts";
import type { Extent, Row } from "./rounds";

/** A start of each build, one after the other. */
export interface StartPair {
  readonly baseline: Start;
  readonly now: Start;
}

/** Bytes for each message that waits, in each build. */
export interface WaitingPair {
  readonly baseline: number;
  readonly now: number;
}

/** What loading a client into a fresh Node.js costs, in all of its rounds. */
export interface ClientLoading {
  readonly name: string;
  readonly reports: readonly ClientReport[];
}

/** A CPU profile, and of what. */
export interface Profile {
  readonly name: string;
  readonly summary: ProfileSummary;
}

/** The machine, without anything that tells whose it is. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  readonly nodeRed: string;
  /** The load average of a minute when the run began; 0 where the system does not tell. */
  readonly load: number;
  readonly date: string;
}

/** The figures that one run has measured. */
export interface Measurements {
  readonly machine: Machine;
  readonly extent: Extent;
  readonly starts: readonly StartPair[];
  readonly waiting: readonly WaitingPair[];
  readonly nodes: readonly Row[];
  readonly clients: readonly Row[];
  readonly clientLoading: readonly ClientLoading[];
  readonly loading: readonly Loading[];
  readonly sizes: readonly (readonly [name: string, size: Size])[];
}

/** The same, and profiles where a goal was missed. */
export interface Results extends Measurements {
  readonly profiles: readonly Profile[];
}
