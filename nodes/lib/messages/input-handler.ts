import { setImmediate as nextTurn } from "node:timers/promises";
import type { NodeAPI, NodeMessage } from "node-red";
import type { PlexClient } from "../../../src/plex-client";
import type { CallState } from "../../../src/progress";
import { getClient } from "../config";
import type { FlowNodeDef, InputMessage, WiredNode } from "../types";
import { createErrorMessage, removeOwnError } from "./error-message";
import { Result } from "./result";
import { checkResultProperty } from "./result-property";
import { StatusLight } from "./status-light";
import { asPlexError } from "./unforeseen-error";

/** What an ask can use while it is on its way. */
export interface Task {
  /** Aborts when the node is closed. */
  readonly signal: AbortSignal;
  /** Shows below the node how far it is, in bare figures such as `2/5`. */
  readonly progress: (figures: string) => void;
  /** Shows below the node that it waits before it asks again, or asks again. */
  readonly onStateChange: (state: CallState) => void;
}

/** What a flow node asks of the server for a message: the result, a {@link Result}, or a promise of one. */
export type Ask = (client: PlexClient, msg: InputMessage, task: Task) => unknown;

/** What Node-RED hands to an input handler with a message. */
interface Delivery {
  readonly msg: InputMessage;
  readonly send: (output: NodeMessage | (NodeMessage | null)[]) => void;
  readonly done: (error?: Error) => void;
}

/** Handles the messages of one flow node, each by itself. */
class InputHandler {
  readonly #property: string;
  readonly #server: string | undefined;
  readonly #light: StatusLight;
  readonly #closing = new AbortController();
  /** Messages whose result is awaited. */
  #open = 0;
  /** Called when there is none any more. */
  #whenDone: (() => void) | undefined;

  readonly #task: Task = {
    signal: this.#closing.signal,
    progress: (figures) => {
      // What another node still waits for goes on after this one is closed.
      if (!this.#closing.signal.aborted) this.#light.progress(figures);
    },
    onStateChange: (state) => {
      if (!this.#closing.signal.aborted) this.#light.changed(state);
    },
  };

  constructor(
    readonly RED: NodeAPI,
    readonly node: WiredNode,
    def: FlowNodeDef,
    readonly ask: Ask,
  ) {
    this.#property = def.property?.trim() || "payload";
    this.#server = def.server;
    this.#light = new StatusLight(node, (status) => {
      node.status(status);
    });
  }

  /** Takes a message. Whatever happens, it ends with one call of `done`, and nothing is thrown. */
  take(delivery: Delivery): void {
    this.#guard(() => {
      const result = this.#tryTo(delivery, () => {
        checkResultProperty(this.RED, delivery.msg, this.#property);
        return this.ask(getClient(this.RED, this.#server), delivery.msg, this.#task);
      });
      if (!result) return;
      if (result.value instanceof Promise) this.#await(delivery, result.value);
      else this.#succeed(delivery, result.value);
    });
  }

  /**
   * Ends every open message as `cancelled`, and clears the status. Node-RED delivers each message in a later turn of the
   * event loop: what the ends of these messages set off, and what was on its way already, has some turns to arrive.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    for (let quietTurns = 0; quietTurns < 4; quietTurns += 1) {
      if (this.#open > 0) {
        quietTurns = 0;
        await new Promise<void>((resolve) => {
          this.#whenDone = resolve;
        });
      }
      await nextTurn();
    }
    this.node.status({});
  }

  #await(delivery: Delivery, result: Promise<unknown>): void {
    this.#light.asking();
    this.#open += 1;
    result.then(
      (value) => {
        this.#settle(() => {
          this.#succeed(delivery, value);
        });
      },
      (error: unknown) => {
        this.#settle(() => {
          this.#fail(delivery, error);
        });
      },
    );
  }

  #settle(step: () => void): void {
    this.#light.settled();
    this.#open -= 1;
    // Who waits for that goes on when this function has returned.
    if (this.#open === 0) this.#whenDone?.();
    this.#guard(step);
  }

  /** Only a message that Node-RED itself cannot clone for a Catch node throws here: the log is all that is left. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.node.error(asPlexError(error));
    }
  }

  /** What a step yields; where it throws, the message has failed and there is nothing. */
  #tryTo<T>(delivery: Delivery, step: () => T): { value: T } | undefined {
    try {
      return { value: step() };
    } catch (error) {
      this.#fail(delivery, error);
      return undefined;
    }
  }

  #succeed(delivery: Delivery, result: unknown): void {
    if (!this.#tryTo(delivery, () => this.#put(delivery.msg, result))) return;
    this.#light.succeeded();
    this.#sendOn(delivery, delivery.msg);
  }

  #put(msg: InputMessage, result: unknown): true {
    const { value, statusCode, contentType } = result instanceof Result ? result : new Result(result, 200);
    this.RED.util.setMessageProperty(msg, this.#property, value, true);
    msg.statusCode = statusCode;
    if (contentType === null) delete msg.contentType;
    else if (contentType !== undefined) msg.contentType = contentType;
    removeOwnError(msg, this.node);
    return true;
  }

  #fail(delivery: Delivery, cause: unknown): void {
    const error = asPlexError(cause);
    this.#light.failed(error.code);
    if (this.node.wires?.[1]?.length) {
      this.#sendOn(delivery, [null, createErrorMessage(this.RED, this.node, delivery.msg, error)]);
    } else {
      delivery.done(error);
    }
  }

  #sendOn({ send, done }: Delivery, output: Parameters<Delivery["send"]>[0]): void {
    try {
      send(output);
    } catch (error) {
      done(asPlexError(error));
      return;
    }
    done();
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
