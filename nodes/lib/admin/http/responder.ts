import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { NodeAPI } from "node-red";
import type { Fields } from "../../../../src/answers";
import { createErrorReply, type ErrorReply } from "./error-reply";
import type { AdminRequest, AdminResponse } from "./guard";

/** What a handler knows of the one who asks. */
export interface CallContext {
  /** Who asks, as a digest: the user and the login. */
  readonly caller: string;
  /** Aborts when nobody waits for the answer any more, or Node-RED stops. */
  readonly signal: AbortSignal;
}

/** Answers a request of the editor; what it throws becomes an answer too. */
export type Handler = (body: Fields, call: CallContext) => Promise<object>;

function identifyCaller({ user, headers }: AdminRequest): string {
  const { username } = (user ?? {}) as { username?: unknown };
  const text = JSON.stringify([username ?? null, headers.authorization ?? null]);
  return createHash("sha256").update(text).digest("base64url");
}

/** The requests of the editor that are being worked on. */
export class Responder {
  readonly #open = new Set<AbortController>();
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  readonly #stop = (event?: { type?: string }) => {
    // A deploy of some nodes stops these alone, and leaves the editor's questions be.
    if (event?.type !== undefined && event.type !== "full") return;
    for (const controller of this.#open) controller.abort();
  };

  /** A function for a route, which answers every request, once, and throws nothing. */
  respondWith(handler: Handler): (request: AdminRequest, response: AdminResponse) => void {
    return (request, response) => {
      void this.#answer(handler, request, response);
    };
  }

  async #answer(handler: Handler, request: AdminRequest, response: AdminResponse): Promise<void> {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    this.#enter(controller);
    response.once("close", () => {
      if (!response.writableFinished) controller.abort();
    });
    let reply: object;
    try {
      const call = { caller: identifyCaller(request), signal: controller.signal };
      reply = await handler(request.body as Fields, call);
    } catch (error) {
      reply = { error: createErrorReply(error) };
    } finally {
      this.#leave(controller);
    }
    this.#log(reply);
    try {
      // An answer may hold a token that was signed in for.
      response.setHeader("Cache-Control", "no-store");
      response.json(reply);
    } catch {
      // Nobody is there any more.
    }
  }

  /** The form has one sentence for all that is wrong with this package: the place of it is for the log. */
  #log({ error }: { readonly error?: ErrorReply }): void {
    if (error?.detail === "own-fault") this.#RED.log.error(`[plex-config] ${error.message}`);
  }

  #enter(controller: AbortController): void {
    if (this.#open.size === 0) this.#RED.events.on("flows:stopping", this.#stop);
    this.#open.add(controller);
  }

  #leave(controller: AbortController): void {
    this.#open.delete(controller);
    if (this.#open.size === 0) this.#RED.events.removeListener("flows:stopping", this.#stop);
  }
}
