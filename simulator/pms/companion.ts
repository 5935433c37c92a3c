import { send, sendContainer, sendError } from "../http/replies";
import { plexValue } from "../http/request";
import type { Exchange } from "../types";

/** A player on the server's network that lets itself be controlled. */
export interface Client {
  readonly name: string;
  readonly machineIdentifier: string;
  /** Where it takes commands. */
  readonly url: string;
}

/** The players that a server has found, and hands commands to. */
export class Companion {
  readonly #clients: Client[] = [];

  /** Finds a player. */
  add(client: Client): void {
    this.#clients.push(client);
  }

  /** `/clients`: those that were found. */
  list(exchange: Exchange): void {
    const Server = this.#clients.map(({ name, machineIdentifier, url }) => {
      const { hostname, port } = new URL(url);
      const at = { host: hostname, address: hostname, port };
      const kind = { protocol: "plex", product: "Simulated Player", deviceClass: "tv" };
      return { name, ...at, machineIdentifier, version: "1.0", ...kind };
    });
    sendContainer(exchange, { size: Server.length, ...(Server.length > 0 && { Server }) });
  }

  /** `/player/…`: hands it on to the player that the request is for, and its answer back. */
  async relay(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const target = plexValue(request, "X-Plex-Target-Client-Identifier");
    const client = this.#clients.find(({ machineIdentifier }) => machineIdentifier === target);
    if (!client) {
      sendError(exchange, 404);
      return;
    }
    const { machineIdentifier } = client;
    const headers = {
      "X-Plex-Target-Client-Identifier": machineIdentifier,
      "X-Plex-Client-Identifier": plexValue(request, "X-Plex-Client-Identifier") ?? "",
    };
    try {
      const answer = await fetch(`${client.url}${request.path}?${request.query.toString()}`, { headers });
      send(exchange, answer.status, answer.headers.get("content-type") ?? "text/plain", await answer.text());
    } catch {
      // It is off.
      sendError(exchange, 404);
    }
  }
}
