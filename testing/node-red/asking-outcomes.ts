import assert from "node:assert/strict";
import type { PlexErrorCode } from "../../src";
import { checkResult, describe, type AskingNode, type EachKind } from "./asking-kinds";
import type { ProbedMessage } from "./process";

/** What a failure looks like to a flow. */
export interface Failure {
  readonly code: PlexErrorCode;
  /** What the message tells: what happened, and what to do. */
  readonly says: RegExp;
  readonly statusCode?: number;
  /** Not retryable unless told. */
  readonly retryable?: boolean;
  /** 1 unless told. */
  readonly attempts?: number;
  /** Seconds, or the least and the most of them where a date was told. */
  readonly retryAfter?: number | readonly [number, number];
}

/** A result that is not the ordinary one: what another node fails with may be an answer for this one. */
export interface Success {
  readonly value: unknown;
  /** 200 unless told. */
  readonly statusCode?: number;
}

export type Outcome = Failure | Success;

/** What all nodes make of a fault, or each kind of them. */
export type Outcomes = Outcome | EachKind<Outcome>;

/** The same where all of them fail. */
export type Failures = Failure | EachKind<Failure>;

/** What plex-request makes of a fault, which asks for anything, and what the nodes do that know what they ask for. */
export function forRequest<T extends Outcome, U extends Outcome>(request: T, others: U): EachKind<T | U> {
  return { token: others, source: others, request };
}

function isOne(outcomes: Outcomes): outcomes is Outcome {
  return "code" in outcomes || "value" in outcomes;
}

/** What this node makes of it. */
export function outcomeOf(outcomes: Outcomes, { kind }: AskingNode): Outcome {
  return isOne(outcomes) ? outcomes : outcomes[kind];
}

/** What comes of a fault, for titles: its codes, each once. */
export function nameOf(outcomes: Outcomes): string {
  const all = isOne(outcomes) ? [outcomes] : Object.values(outcomes);
  return [...new Set(all.map((outcome) => ("code" in outcome ? outcome.code : "result")))].join(", ");
}

/** A message that was sent to one of the nodes. */
export interface Question {
  readonly node: AskingNode;
  readonly msg: Readonly<Record<string, unknown>> & { readonly _msgid: string };
  /** The source that it asks for. */
  readonly source: string | undefined;
  /** All that reached probes. */
  readonly outcomes: () => readonly ProbedMessage[];
}

/** What reached each probe, which is these and no others, each once. */
function take<Probe extends string>(question: Question, ...probes: readonly Probe[]) {
  const outcomes = question.outcomes();
  const told = JSON.stringify(outcomes.map(({ msg }) => msg.error));
  const names = outcomes.map((outcome) => outcome.probe).sort();
  assert.deepEqual(names, [...probes].sort(), `${question.msg._msgid}: ${told}`);
  return Object.fromEntries(outcomes.map(({ probe, msg }) => [probe, msg])) as Record<Probe, ProbedMessage["msg"]>;
}

/** Sees that a node has put its result on the message, sent it on once, and was done once. */
export function judgeResult(question: Question, expected?: Success): void {
  const { node, msg, source } = question;
  const { result, done } = take(question, "result", "done");
  assert.deepEqual(done, { ...result, complete: { source: describe(node) } });
  const { payload, statusCode, ...rest } = result;
  assert.deepEqual({ ...rest, payload: msg.payload }, msg);
  assert.equal(statusCode, expected?.statusCode ?? 200);
  if (expected) assert.deepEqual(payload, expected.value);
  else checkResult(node, payload, source);
}

/** What the error output tells and Catch nodes do not: Node-RED copies no more for them. */
function judgeDetails(message: string, { hint, retryAfter, ...details }: Record<string, unknown>, expected: Failure) {
  assert.match(String(hint), /^[A-Z].*\.$/);
  assert.ok(message.endsWith(` ${String(hint)}`), message);
  const { statusCode, retryable = false, attempts = 1 } = expected;
  assert.deepEqual(details, { retryable, attempts, ...(statusCode !== undefined && { statusCode }) });
  const [least, most = least] = [expected.retryAfter].flat();
  if (least === most) assert.equal(retryAfter, least);
  else assert.ok(Number(retryAfter) >= least! && Number(retryAfter) <= most!, `${String(retryAfter)} s`);
}

/** Sees that a node failed in this way, once, and left the message as it was. Returns the message of the error. */
export function judgeFailure(question: Question, expected: Failure): unknown {
  const { node, msg } = question;
  const byOutput = node.errors === "output";
  const outcomes = byOutput ? take(question, "error", "done") : { error: take(question, "caught").caught };
  const { error, ...rest } = outcomes.error;
  assert.deepEqual(rest, msg);
  if ("done" in outcomes) assert.deepEqual(outcomes.done, { ...msg, complete: { source: describe(node) } });
  const { message, code, source, ...more } = error as Record<string, unknown>;
  assert.equal(code, expected.code, String(message));
  assert.match(String(message), expected.says);
  const { id, type, name } = source as Record<string, unknown>;
  assert.deepEqual({ id, type, name }, describe(node));
  if (byOutput) judgeDetails(String(message), more, expected);
  return message;
}
