import { invalidInput } from "../errors";
import { isHeaderSafe } from "../settings";

const longest = 256;

/**
 * The machine identifier of a player, as a header carries it. Surrounding space is forgiven.
 * @throws PlexError `invalid-input` for anything else, and where it is empty
 */
export function readPlayer(value: unknown): string {
  if (value !== undefined && value !== null && typeof value !== "string") {
    throw invalidInput(
      `The player is of type ${typeof value}, not text.`,
      "Point the node at the property that holds the machine identifier itself.",
    );
  }
  const player = (value ?? "").trim();
  if (player === "") {
    throw invalidInput(
      "There is no player.",
      "Give the machine identifier of one, or leave the player of this node empty to ask the server itself.",
    );
  }
  if (player.length <= longest && isHeaderSafe(player)) return player;
  throw invalidInput(
    "The player is not a machine identifier.",
    "Give the machineIdentifier that the server lists at /clients or /status/sessions, not the player's name.",
  );
}

/**
 * Numbers for `commandID`, by which a player tells the commands of one controller apart: they begin at the clock and
 * grow, also where the clock is set back. Players keep them in 32 bits (OpenPHT, PlexHTTPRemoteHandler.cpp), so the
 * clock counts in seconds.
 */
export class CommandIds {
  #last = 0;

  /** @param now epoch ms */
  next(now = Date.now()): number {
    this.#last = Math.max(this.#last + 1, Math.floor(now / 1000));
    return this.#last;
  }
}

/** Those of this process: a client that is made anew, as by a deploy, goes on where the one before it ended. */
export const commandIds = new CommandIds();
