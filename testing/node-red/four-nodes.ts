import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Simulator } from "../../simulator";
import type { PlexErrorCode } from "../../src";
import type { DeployType, FlowNode, NodeRedProcess, ProbedMessage } from "./process";
import { placed, probe, server, sourceNode, tab, tokenNode, type ErrorRoute, type Properties } from "./flows";

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

type Kind = "token" | "source";

/** A failure, or what each kind of node makes of the same fault. */
export type Failures = Failure | Readonly<Record<Kind, Failure>>;

/** The codes that a failure has, for titles. */
export function codesOf(expected: Failures): string {
  return "code" in expected ? expected.code : `${expected.token.code}, ${expected.source.code}`;
}

/** The server as far as the nodes and their messages have to know it. */
export type AskedServer = Pick<Simulator, "url" | "token" | "sharedServer">;

interface AskingNode {
  readonly id: string;
  readonly kind: Kind;
  readonly errors: ErrorRoute;
}

/** A message that was sent to one of the nodes. */
interface Question {
  readonly node: AskingNode;
  readonly msg: Readonly<Record<string, unknown>> & { readonly _msgid: string };
}

const types = { token: "plex-transient-token", source: "plex-source-connection" } as const;
const makers = { token: tokenNode, source: sourceNode } as const;

const nodes: readonly AskingNode[] = (["token", "source"] as const).flatMap((kind) =>
  (["output", "catch"] as const).map((errors) => ({ id: `${kind}-${errors}`, kind, errors })),
);

/** The most connections that four questions at once need, and leave open for the next ones. */
export const mostConnections = nodes.length;

/** A core tls-config node as its form stores it. */
export function tlsNode(id: string, cadata: string, properties: Properties = {}): FlowNode {
  const fields = { name: "", cert: "", key: "", ca: "", servername: "", alpnprotocol: "" };
  return { id, type: "tls-config", ...fields, verifyservercert: true, ...properties, credentials: { cadata } };
}

/** A node as Node-RED names it to Catch and Complete nodes. */
function describe({ id, kind }: AskingNode) {
  return { id, type: types[kind], name: "Ask Plex" };
}

function flows(): FlowNode[] {
  const scope = nodes.map(({ id }) => id);
  return [
    tab,
    ...nodes.map(({ id, kind, errors }) =>
      placed({ ...makers[kind]({ id, name: "Ask Plex" }), wires: [["result"], errors === "output" ? ["error"] : []] }),
    ),
    placed({ id: "catch", type: "catch", scope, wires: [["caught"]] }),
    placed({ id: "complete", type: "complete", scope, wires: [["done"]] }),
    ...["result", "error", "caught", "done"].map((name) => probe(name, name)),
  ];
}

/**
 * Both flow nodes as users wire them, each with its error output wired and with a Catch node in its stead, and a
 * Complete node that tells of every `done()`. A question goes to all four at once.
 */
export class FourNodes {
  readonly #nodeRed: NodeRedProcess;
  /** All that had reached the probes when a question was over. */
  readonly #seen = new Set<ProbedMessage>();
  #server: AskedServer | undefined;
  #asked = 0;

  constructor(nodeRed: NodeRedProcess) {
    this.#nodeRed = nodeRed;
  }

  /** Deploys the nodes with a plex-config node for this server: one that gives up at once unless told. */
  async deploy(
    asked: AskedServer,
    properties: Properties = {},
    others: readonly FlowNode[] = [],
    type?: DeployType,
  ): Promise<void> {
    await this.#nodeRed.deploy([...flows(), server(asked.url, asked.token, properties), ...others], type);
    this.#server = asked;
  }

  /** Sends a message to each node, and waits for what becomes of them. */
  async ask(): Promise<readonly Question[]> {
    const questions = nodes.map((node) => this.#makeQuestion(node));
    for (const { node, msg } of questions) await this.#nodeRed.inject(node.id, msg);
    for (const { node, msg } of questions) {
      await this.#nodeRed.until(() => this.#isOver(msg._msgid), `what becomes of a message to ${node.id}`);
    }
    for (const message of this.#nodeRed.messages) this.#seen.add(message);
    return questions;
  }

  /** Sees that each node puts the right result on its message, sends it on once, and is done once. */
  async expectResults(asked = this.ask()): Promise<void> {
    for (const question of await asked) this.#judgeResult(question);
  }

  /** Sees that each node fails in this way, once, and leaves the message as it was. */
  async expectFailures(expected: Failures, asked = this.ask()): Promise<void> {
    const texts = new Map<Kind, unknown>();
    for (const question of await asked) {
      const { kind } = question.node;
      const text = this.#judgeFailure(question, "code" in expected ? expected : expected[kind]);
      assert.equal(text, texts.get(kind) ?? text, "Catch nodes are told the same as the error output");
      texts.set(kind, text);
    }
  }

  /**
   * Removes the nodes, and sees that nothing came after the outcomes that were expected, that no connection stays open,
   * and that Node-RED has nothing to complain of.
   */
  async expectNothingMore(...listening: readonly Listening[]): Promise<void> {
    await sleep(300);
    await this.#nodeRed.deploy([tab]);
    await expectEnd(...listening);
    const late = this.#nodeRed.messages.filter((message) => !this.#seen.has(message));
    assert.deepEqual(
      late.map(({ probe: at, msg }) => `${at}: ${String(msg._msgid)}`),
      [],
    );
    assert.doesNotMatch(this.#nodeRed.log, /Warning: |MaxListenersExceeded|\[error\] \[plex-/);
  }

  #makeQuestion(node: AskingNode): Question {
    this.#asked += 1;
    const source = this.#server?.sharedServer;
    const payload = { source, kept: [this.#asked, { deep: null }] };
    const headers = { "x-kept": "yes" };
    return { node, msg: { _msgid: `${node.id} ${this.#asked}`, topic: "front door", payload, headers, kept: true } };
  }

  #outcomesOf(id: string): ProbedMessage[] {
    return this.#nodeRed.messages.filter(({ msg }) => msg._msgid === id);
  }

  #isOver(id: string): boolean {
    const outcomes = this.#outcomesOf(id);
    return outcomes.some(({ probe: at }) => at === "caught") || outcomes.length > 1;
  }

  /** What reached each probe of a message, which is these and no others, each once. */
  #takeOutcomes<Probe extends string>(id: string, ...probes: readonly Probe[]): Record<Probe, ProbedMessage["msg"]> {
    const outcomes = this.#outcomesOf(id);
    const told = JSON.stringify(outcomes.map(({ msg }) => msg.error));
    assert.deepEqual(outcomes.map((outcome) => outcome.probe).sort(), [...probes].sort(), `${id}: ${told}`);
    return Object.fromEntries(outcomes.map(({ probe: at, msg }) => [at, msg])) as Record<Probe, ProbedMessage["msg"]>;
  }

  #judgeResult({ node, msg }: Question): void {
    const { result, done } = this.#takeOutcomes(msg._msgid, "result", "done");
    assert.deepEqual(done, { ...result, complete: { source: describe(node) } });
    const { payload, statusCode, ...rest } = result;
    assert.deepEqual({ ...rest, payload: msg.payload }, msg);
    assert.equal(statusCode, 200);
    const { token, accessToken, source } = payload as Record<string, unknown>;
    assert.match(String(node.kind === "token" ? token : accessToken), /^transient-/);
    assert.equal(source, node.kind === "token" ? undefined : this.#server?.sharedServer);
  }

  /** Returns the message of the error. */
  #judgeFailure({ node, msg }: Question, expected: Failure): unknown {
    const { errors } = node;
    const outcomes =
      errors === "output"
        ? this.#takeOutcomes(msg._msgid, "error", "done")
        : { error: this.#takeOutcomes(msg._msgid, "caught").caught };
    const { error, ...rest } = outcomes.error;
    assert.deepEqual(rest, msg);
    if ("done" in outcomes) assert.deepEqual(outcomes.done, { ...msg, complete: { source: describe(node) } });
    const { message, code, source, ...more } = error as Record<string, unknown>;
    assert.equal(code, expected.code, String(message));
    assert.match(String(message), expected.says);
    const { id, type, name } = source as Record<string, unknown>;
    assert.deepEqual({ id, type, name }, describe(node));
    if (errors === "output") this.#judgeDetails(String(message), more, expected);
    return message;
  }

  /** What the error output tells and Catch nodes do not: Node-RED copies no more for them. */
  #judgeDetails(message: string, { hint, retryAfter, ...details }: Record<string, unknown>, expected: Failure): void {
    assert.match(String(hint), /^[A-Z].*\.$/);
    assert.ok(message.endsWith(` ${String(hint)}`), message);
    const { statusCode, retryable = false, attempts = 1 } = expected;
    assert.deepEqual(details, { retryable, attempts, ...(statusCode !== undefined && { statusCode }) });
    const [least, most = least] = [expected.retryAfter].flat();
    if (least === most) assert.equal(retryAfter, least);
    else assert.ok(Number(retryAfter) >= least! && Number(retryAfter) <= most!, `${String(retryAfter)} s`);
  }
}

/** Something that clients connect to. */
type Listening = Pick<Simulator, "openSockets">;

async function expectEnd(...listening: readonly Listening[]): Promise<void> {
  const count = () => listening.reduce((sum, one) => sum + one.openSockets(), 0);
  for (const deadline = Date.now() + 2000; count() > 0 && Date.now() < deadline;) await sleep(5);
  assert.equal(count(), 0, "connections that are open");
}

/** Sees that connections were given back: all of them ended, or as many kept as the next questions can use. */
export async function expectConnections(listening: Listening, state: "ended" | "kept"): Promise<void> {
  if (state === "ended") await expectEnd(listening);
  else assert.ok(listening.openSockets() > 0, "a connection that could be kept has been ended");
  assert.ok(listening.openSockets() <= mostConnections, `${listening.openSockets()} connections are open`);
}
