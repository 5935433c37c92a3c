import type { NodeAPI, NodeMessage } from "node-red";
import { PlexError, invalidInput } from "../../src/errors";
import type { PlexClient } from "../../src/plex-client";
import { createErrorMessage, removeOwnError } from "./error-message";
import { getServer } from "./server";
import { StatusLight } from "./status-light";
import type { FlowNodeDef, InputMessage, WiredNode } from "./types";

/** What a flow node asks of the server for a message, and the result. */
export type Ask = (client: PlexClient, msg: InputMessage, signal: AbortSignal) => Promise<unknown>;

/** What Node-RED hands to an input handler with a message. */
interface Delivery {
  readonly msg: InputMessage;
  readonly send: (msg: NodeMessage | (NodeMessage | null)[]) => void;
  readonly done: (error?: Error) => void;
}

function asPlexError(error: unknown): PlexError {
  if (error instanceof PlexError) return error;
  return invalidInput(
    "The message could not be worked with.",
    "Look at it with a debug node in front of this one: one of its properties cannot be read or written.",
  );
}

/** Handles the messages of one flow node, each by itself. */
class InputHandler {
  readonly #property: string;
  readonly #getClient: () => PlexClient;
  readonly #light: StatusLight;
  readonly #open = new Map<AbortController, Promise<void>>();

  constructor(
    readonly RED: NodeAPI,
    readonly node: WiredNode,
    def: FlowNodeDef,
    readonly ask: Ask,
  ) {
    this.#property = def.property?.trim() || "payload";
    this.#getClient = getServer(RED, def.server);
    this.#light = new StatusLight(node, (status) => {
      node.status(status);
    });
  }

  /** Takes a message. Whatever happens, it ends with one call of `done`, and nothing is thrown. */
  take(delivery: Delivery): void {
    const controller = new AbortController();
    const handled = this.#handle(delivery, controller.signal).catch((error: unknown) => {
      // Only a message that Node-RED itself cannot clone or deliver comes here: the log is all that is left.
      this.node.error(asPlexError(error));
    });
    this.#open.set(controller, handled);
    void handled.finally(() => this.#open.delete(controller));
  }

  /** Ends every open message as `cancelled`, and clears the status. */
  async close(): Promise<void> {
    for (const controller of this.#open.keys()) controller.abort();
    await Promise.all(this.#open.values());
    this.node.status({});
  }

  async #handle(delivery: Delivery, signal: AbortSignal): Promise<void> {
    this.#light.asking();
    try {
      const result = await this.ask(this.#getClient(), delivery.msg, signal);
      this.#put(delivery.msg, result);
    } catch (error) {
      this.#fail(delivery, asPlexError(error));
      return;
    }
    this.#light.succeeded();
    this.#sendOn(delivery, delivery.msg);
  }

  #sendOn({ send, done }: Delivery, output: NodeMessage | (NodeMessage | null)[]): void {
    try {
      send(output);
    } catch (error) {
      done(asPlexError(error));
      return;
    }
    done();
  }

  #put(msg: InputMessage, result: unknown): void {
    if (!this.RED.util.setMessageProperty(msg, this.#property, result, true)) {
      throw invalidInput(
        `The result cannot be put at msg.${this.#property}: something else stands in its way.`,
        "Choose another property for the result, or remove what stands there before this node.",
      );
    }
    msg.statusCode = 200;
    removeOwnError(msg, this.node);
  }

  #fail(delivery: Delivery, error: PlexError): void {
    this.#light.failed(error.code);
    if (this.node.wires?.[1]?.length) {
      this.#sendOn(delivery, [null, createErrorMessage(this.RED, this.node, delivery.msg, error)]);
    } else {
      delivery.done(error);
    }
  }
}

/**
 * Lets a flow node take messages: asks for each, puts the result on it and sends it on. A failure takes one route: the
 * error output where it is wired, else Node-RED's Catch nodes and log. When the node is closed, what is in flight ends
 * as `cancelled` before the node is gone.
 */
export function handleInput(RED: NodeAPI, node: WiredNode, def: FlowNodeDef, ask: Ask): void {
  const handler = new InputHandler(RED, node, def, ask);
  node.on("input", (msg, send, done) => {
    handler.take({ msg, send, done });
  });
  node.on("close", (_removed: boolean, done: () => void) => {
    void handler.close().finally(done);
  });
}
