import type { Loading } from "./footprint/loading";
import type { Size } from "./footprint/size";
import type { ClientReport } from "./inside/client-worker";
import type { ProfileSummary } from "./inside/profiler";
import type { EventsFigures } from "./node-red/events";
import type { PageRow } from "./node-red/page";
import type { Start } from "./node-red/starts";
import type { Extent, Row } from "./rounds";

/** A figure of each build, one after the other; the first build's where that could be had. */
export interface Pair<T> {
  readonly now: T;
  readonly baseline: T | undefined;
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

/** What was measured, part by part; nothing where a part was left out. */
export interface Figures {
  readonly sizes: readonly (readonly [name: string, size: Size])[];
  readonly starts: readonly Pair<Start>[];
  readonly loading: readonly Loading[];
  /** Bytes for each message that waits. */
  readonly waiting: readonly Pair<number>[];
  readonly clients: readonly Row[];
  readonly clientLoading: readonly ClientLoading[];
  readonly nodes: readonly Row[];
  readonly pages: readonly PageRow[];
  readonly events: EventsFigures | undefined;
  /** Where a goal was missed. */
  readonly profiles: readonly Profile[];
}

/** All that one run has found. */
export interface Results extends Figures {
  readonly machine: Machine;
  readonly extent: Extent;
  /** Why the first build was not measured; undefined where it was. */
  readonly withoutBaseline: string | undefined;
  /** How long it took. */
  readonly minutes: number;
}

/** Before anything was measured. */
export const nothing: Figures = {
  ...{ sizes: [], starts: [], loading: [], waiting: [], clients: [], clientLoading: [], nodes: [], pages: [] },
  ...{ events: undefined, profiles: [] },
};
