import type { PlayerState } from "./player-replies";

/** What a command does to a player. */
export interface Command {
  readonly state: PlayerState;
  /** How one tells of it. */
  readonly verb: string;
}

/** The commands that a player takes while it has something to play. */
export const commands: ReadonlyMap<string, Command> = new Map([
  ["play", { state: "playing", verb: "goes on with" }],
  ["pause", { state: "paused", verb: "pauses" }],
  ["stop", { state: "stopped", verb: "stops" }],
]);
