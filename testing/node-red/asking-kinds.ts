import assert from "node:assert/strict";
import type { FlowNode } from "./process";
import { placed, probe, requestNode, sourceNode, tab, tokenNode, type ErrorRoute, type Properties } from "./flows";

/** A flow node with an input, by what it asks for. */
export type Kind = "token" | "source" | "request";

/** Something for each of them. */
export type EachKind<T> = Readonly<Record<Kind, T>>;

/** What is to be known of a kind of nodes in order to ask all of them alike. */
interface KindOfNode {
  readonly type: string;
  readonly make: (properties: Properties) => FlowNode;
  /** Fails when this is not what the server answers to the message that asked for this source. */
  readonly checkResult: (result: unknown, source: string | undefined) => void;
}

const kinds: EachKind<KindOfNode> = {
  token: {
    type: "plex-transient-token",
    make: tokenNode,
    checkResult: (result) => {
      assert.match(String((result as { token?: unknown }).token), /^transient-/);
    },
  },
  source: {
    type: "plex-source-connection",
    make: sourceNode,
    checkResult: (result, asked) => {
      const { source, accessToken } = result as Record<string, unknown>;
      assert.match(String(accessToken), /^transient-/);
      assert.equal(source, asked);
    },
  },
  request: {
    type: "plex-request",
    make: requestNode,
    checkResult: (result) => {
      const { title1, Directory } = result as { title1?: unknown; Directory?: readonly Record<string, unknown>[] };
      const sections = Directory?.map(({ key, type, title }) => [key, type, title]);
      assert.deepEqual([title1, sections], ["Plex Library", [["1", "movie", "Films"]]]);
    },
  },
};

/** A node that a message is sent to. */
export interface AskingNode {
  readonly id: string;
  readonly kind: Kind;
  readonly errors: ErrorRoute;
}

/** Every kind of node, with its error output wired and with a Catch node in its stead. */
export const askingNodes: readonly AskingNode[] = (Object.keys(kinds) as Kind[]).flatMap((kind) =>
  (["output", "catch"] as const).map((errors) => ({ id: `${kind}-${errors}`, kind, errors })),
);

/** A node as Node-RED names it to Catch and Complete nodes. */
export function describe({ id, kind }: AskingNode) {
  return { id, type: kinds[kind].type, name: "Ask Plex" };
}

/** Fails when this is not what a node gets from a server that answers as it should. */
export function checkResult({ kind }: AskingNode, result: unknown, source: string | undefined): void {
  kinds[kind].checkResult(result, source);
}

/** The nodes on a tab, with probes behind their outputs, a Catch node and a Complete node. */
export function askingFlows(): FlowNode[] {
  const scope = askingNodes.map(({ id }) => id);
  return [
    tab,
    ...askingNodes.map(({ id, kind, errors }) => {
      const wires = [["result"], errors === "output" ? ["error"] : []];
      return placed({ ...kinds[kind].make({ id, name: "Ask Plex" }), wires });
    }),
    placed({ id: "catch", type: "catch", scope, wires: [["caught"]] }),
    placed({ id: "complete", type: "complete", scope, wires: [["done"]] }),
    ...["result", "error", "caught", "done"].map((name) => probe(name, name)),
  ];
}
