import type { NodeAPI, NodeStatus } from "node-red";
import { notConfigured, PlexError } from "../../../src/errors";
import type { ConnectionChange, ConnectionStatus, EventListener } from "../../../src/events";
import type { PlexClient } from "../../../src/plex-client";
import { getClient, onFlowsStarted } from "../config";
import type { ServerNodeDef, WiredNode } from "../types";
import { describeError } from "./error-message";

/** Begins to listen. Returns a function that ends it. @throws PlexError where the node's settings are refused */
export type Listen = (client: PlexClient, listener: EventListener) => () => void;

const looks: Readonly<Record<ConnectionStatus["state"], Pick<NodeStatus, "fill" | "shape">>> = {
  connecting: { fill: "blue", shape: "dot" },
  connected: { fill: "green", shape: "dot" },
  reconnecting: { fill: "yellow", shape: "ring" },
  failed: { fill: "red", shape: "ring" },
};

function asPlexError(error: unknown): PlexError {
  if (error instanceof PlexError) return error;
  return notConfigured("The plex-config node cannot be used.", "Open it, and the nodes that it refers to.");
}

/** Sends on what one node hears of its server. */
class EventHandler implements EventListener {
  readonly #server: string | undefined;
  readonly #stopFollowing: () => void;
  #client: PlexClient | undefined;
  #stopListening: () => void = () => undefined;
  /** Whether an outage has been told that is not over yet. */
  #isOut = false;
  #shown = "";

  constructor(
    readonly RED: NodeAPI,
    readonly node: WiredNode,
    def: ServerNodeDef,
    readonly listen: Listen,
  ) {
    this.#server = def.server;
    this.#stopFollowing = onFlowsStarted(RED, this.#follow);
  }

  readonly onEvent: EventListener["onEvent"] = (topic, payload) => {
    this.node.send({ topic, payload });
  };

  readonly onStatus: EventListener["onStatus"] = (status) => {
    const text = status.state === "failed" ? status.error.code : status.state;
    this.#show({ ...looks[status.state], text: `${this.node.type}.status.${text}` });
    // The client of a plex-config node that was deployed anew does not know of the outage that was told before.
    if (status.state === "connected") this.onChange({ connected: true, since: status.since });
  };

  readonly onChange: EventListener["onChange"] = (change) => {
    if (change.connected !== this.#isOut) return;
    this.#isOut = !change.connected;
    const { connected, since } = change;
    const msg = { topic: connected ? "connected" : "disconnected", payload: { connected, since } };
    if (change.connected) this.node.send([null, msg]);
    else this.#tellOutage(msg, change);
  };

  /** Ends it, and clears the status. */
  close(): void {
    this.#stopFollowing();
    this.#stopListening();
    this.node.status({});
  }

  /** Listens to the server that is there now, unless that is done already. */
  readonly #follow = () => {
    try {
      const client = getClient(this.RED, this.#server);
      if (client === this.#client) return;
      this.#leave();
      this.#stopListening = this.listen(client, this);
      this.#client = client;
    } catch (error) {
      this.#leave();
      const outage = { since: Date.now(), error: asPlexError(error) };
      this.onStatus({ state: "failed", ...outage });
      this.onChange({ connected: false, ...outage });
    }
  };

  #leave(): void {
    this.#stopListening();
    this.#stopListening = () => undefined;
    this.#client = undefined;
  }

  /** Tells of an outage by the error output where that is wired, else by Catch nodes and the log. */
  #tellOutage(msg: object, { error }: ConnectionChange & { readonly connected: false }): void {
    if (this.node.wires?.[1]?.length) this.node.send([null, { ...msg, error: describeError(error, this.node) }]);
    else this.node.error(error, { _msgid: this.RED.util.generateId(), ...msg });
  }

  #show(status: NodeStatus): void {
    const text = status.text ?? "";
    if (text === this.#shown) return;
    this.#shown = text;
    this.node.status(status);
  }
}

/**
 * Lets a flow node without an input listen to its server for as long as it lives: events leave by output 1, and by output
 * 2 what becomes of the connection, once per outage. It begins when the flows have been started, and goes on with the new
 * client when the plex-config node is deployed anew or comes back.
 */
export function handleEvents(RED: NodeAPI, node: WiredNode, def: ServerNodeDef, listen: Listen): void {
  const handler = new EventHandler(RED, node, def, listen);
  node.on("close", () => {
    handler.close();
  });
}
