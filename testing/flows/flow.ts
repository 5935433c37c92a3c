import type { EventEmitter } from "node:events";
import helper from "node-red-node-test-helper";
import type { Node, NodeAPI, NodeMessage, NodeStatus } from "node-red";
import plexConfig from "../../nodes/plex-config";
import plexRequest from "../../nodes/plex-request";
import plexSourceConnection from "../../nodes/plex-source-connection";
import plexTransientToken from "../../nodes/plex-transient-token";

helper.init(require.resolve("node-red"));

/** A message as a test looks at it: any property. */
export type TestMessage = NodeMessage & Record<string, unknown> & { error?: Record<string, unknown> };

/** The flow node that a test is about, and what is around it. */
export interface FlowSetup {
  readonly type: "plex-transient-token" | "plex-source-connection" | "plex-request";
  /** Properties of the flow node. */
  readonly node?: Record<string, unknown>;
  /** Properties of its plex-config node; null for none. */
  readonly config?: Record<string, unknown> | null;
  readonly token?: string;
  /** Whether the error output has a wire; yes unless told. */
  readonly errorWired?: boolean;
  readonly moreNodes?: readonly Record<string, unknown>[];
  /** Further node modules, such as core nodes. */
  readonly modules?: readonly ((RED: NodeAPI) => unknown)[];
  readonly credentials?: Record<string, Record<string, string>>;
}

/** Ids of the nodes in a test's flow. */
export const ids = {
  tab: "tab1",
  config: "config1",
  node: "node1",
  success: "success1",
  error: "error1",
  catch: "catch1",
};

const modules = [plexConfig, plexTransientToken, plexSourceConnection, plexRequest];

function flowOf({ type, node, config = {}, errorWired = true, moreNodes = [] }: FlowSetup): Record<string, unknown>[] {
  const serverDefaults = { clientIdentifier: "test-client", timeout: 2000, retries: 0 };
  return [
    { id: ids.tab, type: "tab" },
    ...(config ? [{ id: ids.config, type: "plex-config", ...serverDefaults, ...config }] : []),
    {
      id: ids.node,
      z: ids.tab,
      type,
      name: "under test",
      server: ids.config,
      ...node,
      wires: [[ids.success], errorWired ? [ids.error] : []],
    },
    { id: ids.success, z: ids.tab, type: "helper", wires: [] },
    { id: ids.error, z: ids.tab, type: "helper", wires: [] },
    { id: "catcher", z: ids.tab, type: "catch", scope: [ids.node], wires: [[ids.catch]] },
    { id: ids.catch, z: ids.tab, type: "helper", wires: [] },
    ...moreNodes,
  ];
}

/** What reached an outcome: the outputs of the node under test, and Catch. */
export type Outcome = "success" | "error" | "catch";

/** A flow in the real runtime, and what came out of it. */
export class TestFlow {
  readonly received: { outcome: Outcome; msg: TestMessage }[] = [];
  readonly statuses: NodeStatus[] = [];
  /** How often `done` was called, whether with an error or without. */
  done = 0;

  constructor(readonly setup: FlowSetup) {}

  get node(): Node {
    return helper.getNode(ids.node);
  }

  /** Starts the flow. */
  async load(): Promise<this> {
    const { setup } = this;
    const credentials = { ...setup.credentials, [ids.config]: { token: setup.token ?? "" } };
    const all = [...modules, ...(setup.modules ?? [])] as never;
    await helper.load(all, flowOf(setup) as never, credentials);
    for (const outcome of ["success", "error", "catch"] as const) {
      helper.getNode(ids[outcome]).on("input", (msg) => {
        this.received.push({ outcome, msg: msg });
      });
    }
    const { node } = this;
    (node as EventEmitter).on("call:status", (call: { args: [NodeStatus] }) => {
      this.statuses.push(call.args[0]);
    });
    const complete = (node as unknown as { _complete: (...args: unknown[]) => void })._complete.bind(node);
    Object.assign(node, {
      _complete: (...args: unknown[]) => {
        this.done += 1;
        complete(...args);
      },
    });
    return this;
  }

  /** Sends a message in and waits for the one that comes out, wherever that is. */
  async send(msg: Record<string, unknown>): Promise<{ outcome: Outcome; msg: TestMessage }> {
    const before = this.received.length;
    this.node.receive(msg);
    return this.next(before);
  }

  /** The message after this many, once it has come. */
  async next(count: number): Promise<{ outcome: Outcome; msg: TestMessage }> {
    const deadline = Date.now() + 8000;
    while (this.received.length <= count) {
      if (Date.now() > deadline) throw new Error(`message ${count + 1} never came`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return this.received[count]!;
  }
}

/** Loads a flow with one node under test. Call {@link unloadFlow} after each. */
export async function loadFlow(setup: FlowSetup): Promise<TestFlow> {
  return new TestFlow(setup).load();
}

/** Stops the flow. */
export async function unloadFlow(): Promise<void> {
  await helper.unload();
}
