import { checkServerUrl } from "../errors";
import type { Hints } from "../http";

const badRequest = "See whether the method, the path and the query are what this endpoint takes.";

/** What to do next where any endpoint of the own server was asked. */
export const serverHints: Hints = {
  "bad-request": badRequest,
  "not-found": "See whether the path is right, and whether what it names is still there.",
};

/** The same where a player was to get the request. */
export const playerHints: Hints = {
  ...serverHints,
  "not-found":
    "See whether the path is right, and whether the player is on and has Advertise as player (or the like) turned on.",
};

const askAgain = "Ask plex-source-connection again with refresh on";

/**
 * The same where another source was asked: its address and its token come from plex-source-connection. Nothing here may
 * lead to the server URL of plex-config, whose stored token would go to what is entered there.
 */
export const sourceHints: Hints = {
  ...serverHints,
  unauthorized: `${askAgain}: the token of this source is not valid any more.`,
  forbidden: "See what the owner of this source shares with your account.",
  unreachable: `${askAgain} and probe on: this connection of the source does not work.`,
  redirected: ({ redirectTarget: target }) =>
    `${askAgain} and probe on: this connection of the source leads ${target === undefined ? "elsewhere" : `to ${target}`}.`,
  "invalid-response": ({ hint }) =>
    hint === checkServerUrl
      ? `${askAgain} and probe on: this connection of the source may lead to another program or a login page.`
      : hint,
  timeout: `${askAgain} and probe on, or allow more time in the plex-config node.`,
  tls: "Use the source's https://….plex.direct connection as it is, or add its certificate authority in a tls-config node.",
};
