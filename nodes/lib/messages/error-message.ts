import type { Node, NodeAPI } from "node-red";
import type { PlexError } from "../../../src/errors";
import type { InputMessage } from "../types";

/** What an error output carries as `msg.error`: what Catch nodes deliver, and what a flow needs to act on it. */
export interface ErrorDetails {
  readonly message: string;
  readonly source: { readonly id: string; readonly type: string; readonly name: string | undefined };
  readonly code: string;
  readonly statusCode?: number;
  readonly retryable: boolean;
  readonly attempts: number;
  readonly retryAfter?: number;
  readonly hint: string;
}

/** What flows are told of an error of this node. */
export function describeError(error: PlexError, { id, type, name }: Node): ErrorDetails {
  const { message, code, statusCode, retryable, attempts, retryAfter, hint } = error;
  return {
    message,
    source: { id, type, name },
    code,
    ...(statusCode === undefined ? {} : { statusCode }),
    retryable,
    attempts,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    hint,
  };
}

/** Whether an error on a message is one that this node left there, as when a flow sends it round again. */
function isOwn(error: unknown, node: Node): boolean {
  return (error as { source?: { id?: unknown } } | null | undefined)?.source?.id === node.id;
}

/** Removes what an earlier failure of this node left on a message that has come round again. */
export function removeOwnError(msg: InputMessage, node: Node): void {
  if ("error" in msg && isOwn(msg.error, node)) delete msg.error;
}

function putError(msg: InputMessage, details: ErrorDetails, node: Node): InputMessage {
  if (msg.error !== undefined && !isOwn(msg.error, node)) msg._error = msg.error;
  msg.error = details;
  return msg;
}

/**
 * A clone of the message with `error` on it. Another node's error moves to `_error`, as Node-RED moves it for Catch
 * nodes. What cannot be cloned (a getter that throws) goes on as it is, and what cannot be written to as a new message
 * with the same id: better than not at all.
 */
export function createErrorMessage(RED: NodeAPI, node: Node, msg: InputMessage, error: PlexError): InputMessage {
  const details = describeError(error, node);
  for (const makeMessage of [() => RED.util.cloneMessage(msg), () => msg]) {
    try {
      return putError(makeMessage(), details, node);
    } catch {
      // The next way asks less of the message.
    }
  }
  return { _msgid: msg._msgid, error: details };
}
