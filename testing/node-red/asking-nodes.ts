import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Simulator } from "../../simulator";
import { askingFlows, askingNodes, type AskingNode, type Kind } from "./asking-kinds";
import { judgeFailure, judgeResult, outcomeOf, type Outcomes, type Question } from "./asking-outcomes";
import { server, tab, type Properties } from "./flows";
import type { DeployType, FlowNode, NodeRedProcess, ProbedMessage } from "./process";

/** The server as far as the nodes and their messages have to know it. */
export type AskedServer = Pick<Simulator, "url" | "token" | "sharedServer">;

/** The most connections that a question to each node needs, and leaves open for the next ones. */
export const mostConnections = askingNodes.length;

/** A core tls-config node as its form stores it. */
export function tlsNode(id: string, cadata: string, properties: Properties = {}): FlowNode {
  const fields = { name: "", cert: "", key: "", ca: "", servername: "", alpnprotocol: "" };
  return { id, type: "tls-config", ...fields, verifyservercert: true, ...properties, credentials: { cadata } };
}

/**
 * All flow nodes with an input as users wire them, each with its error output wired and with a Catch node in its stead,
 * and a Complete node that tells of every `done()`. A question goes to all of them at once.
 */
export class AskingNodes {
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
    await this.#nodeRed.deploy([...askingFlows(), server(asked.url, asked.token, properties), ...others], type);
    this.#server = asked;
  }

  /** Sends a message to each node, and waits for what becomes of them. */
  async ask(): Promise<readonly Question[]> {
    const questions = askingNodes.map((node) => this.#makeQuestion(node));
    for (const { node, msg } of questions) await this.#nodeRed.inject(node.id, msg);
    for (const { node, outcomes } of questions) {
      const isOver = () => outcomes().length > 1 || outcomes().some(({ probe }) => probe === "caught");
      await this.#nodeRed.until(isOver, `what becomes of a message to ${node.id}`);
    }
    for (const message of this.#nodeRed.messages) this.#seen.add(message);
    return questions;
  }

  /** Sees that each node puts the right result on its message, sends it on once, and is done once. */
  async expectResults(asked = this.ask()): Promise<void> {
    for (const question of await asked) judgeResult(question);
  }

  /** Sees that each node ends in this way, once: a node that fails leaves the message as it was. */
  async expectOutcomes(expected: Outcomes, asked = this.ask()): Promise<void> {
    const texts = new Map<Kind, unknown>();
    for (const question of await asked) {
      const { kind } = question.node;
      const outcome = outcomeOf(expected, question.node);
      if ("value" in outcome) {
        judgeResult(question, outcome);
        continue;
      }
      const text = judgeFailure(question, outcome);
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
    const _msgid = `${node.id} ${this.#asked}`;
    const payload = { source, kept: [this.#asked, { deep: null }] };
    const msg = { _msgid, topic: "front door", payload, headers: { "x-kept": "yes" }, kept: true };
    const outcomes = () => this.#nodeRed.messages.filter((message) => message.msg._msgid === _msgid);
    return { node, msg, source, outcomes };
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
