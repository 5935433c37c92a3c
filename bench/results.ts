import type { Loading } from "./footprint/loading";
import type { Size } from "./footprint/size";
import type { ClientReport } from "./inside/client-worker";
import type { ProfileSummary } from "./inside/profiler";
import type { Extent, Row } from "./rounds";

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

/** All that one run has measured. */
export interface Results {
  readonly machine: Machine;
  readonly extent: Extent;
  readonly nodes: readonly Row[];
  readonly clients: readonly Row[];
  readonly clientLoading: readonly ClientLoading[];
  readonly loading: readonly Loading[];
  readonly sizes: readonly (readonly [name: string, size: Size])[];
  readonly profiles: readonly Profile[];
}
