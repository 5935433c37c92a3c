import { send, sendContainer, sendError } from "../http/replies";
import { plexValue, wantsJson } from "../http/request";
import type { PlexObject } from "../http/xml";
import type { Exchange } from "../types";
import { filmMetadata } from "./films";
import type { Notifications } from "./notifications";
import type { TokenRights } from "./tokens";

/** What a player tells the server of itself. */
export interface PlayerReport {
  readonly player: { readonly machineIdentifier: string; readonly title?: string; readonly product?: string };
  readonly user: { readonly id: string; readonly title: string };
  /** Whether the notification names the player, as those of newer servers do. */
  readonly named: boolean;
  readonly item: PlexObject;
  readonly state: string;
  /** ms */
  readonly position: number;
  /** The token that it came with. */
  readonly token?: string;
}

interface Session {
  readonly key: string;
  readonly entry: PlexObject;
}

/** What is being played from one server, as its players tell. */
export class Playing {
  readonly #sessions = new Map<string, Session>();
  readonly #notifications: Notifications;
  #nextKey = 1;

  constructor(notifications: Notifications) {
    this.#notifications = notifications;
  }

  /** `/:/timeline`: a player tells what it does. */
  report(exchange: Exchange): void {
    const { request } = exchange;
    const machineIdentifier = plexValue(request, "X-Plex-Client-Identifier");
    const item = filmMetadata().find(({ ratingKey }) => ratingKey === request.query.get("ratingKey"));
    const state = request.query.get("state");
    if (machineIdentifier === undefined || !item || state === null) {
      sendError(exchange, 400);
      return;
    }
    const [title, product] = [plexValue(request, "X-Plex-Device-Name"), plexValue(request, "X-Plex-Product")];
    this.update({
      player: { machineIdentifier, ...(title !== undefined && { title }), ...(product !== undefined && { product }) },
      user: { id: "1", title: "viewer" },
      named: true,
      ...{ item, state },
      position: Number(request.query.get("time")),
      token: plexValue(request, "X-Plex-Token") ?? "",
    });
    send(exchange, 200, "text/html", "");
  }

  /** Takes what a player does, and notifies everybody who listens. */
  update(report: PlayerReport): void {
    const { player, named, item, state, position } = report;
    const { machineIdentifier } = player;
    const key = this.#sessions.get(machineIdentifier)?.key ?? String(this.#nextKey++);
    if (state === "stopped") this.#sessions.delete(machineIdentifier);
    else this.#sessions.set(machineIdentifier, { key, entry: { ...item, ...describeSession(report, key) } });
    this.#notifications.send("playing", {
      sessionKey: key,
      ...(named && { clientIdentifier: machineIdentifier }),
      guid: "",
      ratingKey: item["ratingKey"],
      url: "",
      key: item["key"],
      viewOffset: position,
      state,
    });
  }

  /** A player is gone without a word: sooner or later, the server lists it no more. */
  forget(machineIdentifier: string): void {
    this.#sessions.delete(machineIdentifier);
  }

  /** A restart of the server: nothing plays, and the keys begin at 1 again. */
  restart(): void {
    this.#sessions.clear();
    this.#nextKey = 1;
  }

  /** `/status/sessions/terminate`: the owner ends what somebody plays. */
  terminate(exchange: Exchange, { admin }: TokenRights): void {
    const sessionId = exchange.request.query.get("sessionId");
    const isMeant = ([, { entry }]: [string, Session]) => (entry["Session"] as PlexObject)["id"] === sessionId;
    const found = [...this.#sessions].find(isMeant);
    if (!admin || !found) {
      sendError(exchange, admin ? 404 : 403);
      return;
    }
    const [machineIdentifier, { entry, key }] = found;
    this.#sessions.delete(machineIdentifier);
    const { ratingKey, key: itemKey, viewOffset } = entry;
    const told = { sessionKey: key, clientIdentifier: machineIdentifier, guid: "", ratingKey, url: "", key: itemKey };
    this.#notifications.send("playing", { ...told, viewOffset, state: "stopped" });
    send(exchange, 200, "text/html", "");
  }

  /** `/status/sessions`: everything that is being played, for the owner. */
  answer(exchange: Exchange, { admin }: TokenRights): void {
    if (!admin) {
      sendError(exchange, 403);
      return;
    }
    const sessions = [...this.#sessions.values()].map(({ entry }) => entry);
    // Where nothing plays, there is no list at all.
    const list = sessions.length > 0 && { [wantsJson(exchange.request) ? "Metadata" : "Video"]: sessions };
    sendContainer(exchange, { size: sessions.length, ...list });
  }
}

function describeSession({ player, user, state, position, token = "" }: PlayerReport, sessionKey: string): PlexObject {
  return {
    viewOffset: position,
    sessionKey,
    User: { ...user },
    Player: {
      address: "127.0.0.1",
      ...player,
      state,
      local: true,
      relayed: false,
      secure: false,
      userID: 1,
    },
    Session: { id: `token=${token}`, bandwidth: 128, location: "lan" },
  };
}
