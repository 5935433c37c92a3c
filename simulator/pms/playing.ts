import { send, sendContainer, sendError } from "../http/replies";
import { plexValue, wantsJson } from "../http/request";
import type { PlexObject } from "../http/xml";
import type { Exchange, RecordedRequest } from "../types";
import { filmMetadata } from "./films";
import type { TokenRights } from "./tokens";

/** What is being played from one server, as its players tell. */
export class Playing {
  readonly #sessions = new Map<string, PlexObject>();

  /** `/:/timeline`: a player tells what it does. */
  report(exchange: Exchange): void {
    const { request } = exchange;
    const player = plexValue(request, "X-Plex-Client-Identifier");
    const film = filmMetadata().find(({ ratingKey }) => ratingKey === request.query.get("ratingKey"));
    const state = request.query.get("state");
    if (player === undefined || !film || state === null) {
      sendError(exchange, 400);
      return;
    }
    if (state === "stopped") this.#sessions.delete(player);
    else this.#sessions.set(player, { ...film, ...describeSession(request, player, state) });
    send(exchange, 200, "text/html", "");
  }

  /** `/status/sessions`: everything that is being played, for the owner. */
  answer(exchange: Exchange, { admin }: TokenRights): void {
    if (!admin) {
      sendError(exchange, 403);
      return;
    }
    const sessions = [...this.#sessions.values()];
    // Where nothing plays, there is no list at all.
    const list = sessions.length > 0 && { [wantsJson(exchange.request) ? "Metadata" : "Video"]: sessions };
    sendContainer(exchange, { size: sessions.length, ...list });
  }
}

function describeSession(request: RecordedRequest, machineIdentifier: string, state: string): PlexObject {
  const token = plexValue(request, "X-Plex-Token") ?? "";
  return {
    viewOffset: Number(request.query.get("time")),
    sessionKey: machineIdentifier,
    User: { id: "1", title: "viewer" },
    Player: {
      address: "127.0.0.1",
      machineIdentifier,
      product: plexValue(request, "X-Plex-Product"),
      title: plexValue(request, "X-Plex-Device-Name"),
      state,
      local: true,
      relayed: false,
      secure: false,
      userID: 1,
    },
    Session: { id: `token=${token}`, bandwidth: 128, location: "lan" },
  };
}
