import type { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import helper from "node-red-node-test-helper";
import type { Node, NodeStatus } from "node-red";
import plexConfig from "../../nodes/plex-config";
import plexEvents from "../../nodes/plex-events";
import plexTransientToken from "../../nodes/plex-transient-token";
import type { TestMessage } from "./flow";

helper.init(require.resolve("node-red"));

/** What Node-RED calls the level of errors in its log. */
const errorLevel = 20;

type FlowNode = Record<string, unknown> & { id: string };

const modules = [plexConfig, plexEvents, plexTransientToken];
/** What of a node can be heard: its outputs, Catch, and its status. */
type Way = "event" | "connection" | "catch" | "status";

/** Properties of nodes as a test gives them. */
type Properties = Readonly<Record<string, unknown>>;

/** A plex-config node. */
export function serverNode(url: string, properties: Properties = {}): FlowNode {
  const defaults = { clientIdentifier: "test-client", timeout: 2000, retries: 0 };
  return { id: "config1", type: "plex-config", ...defaults, url, ...properties };
}

/** A node that does nothing, at the end of wires. */
function endNode(id: string): FlowNode {
  return { id, z: "tab1", type: "helper", wires: [] };
}

/** A plex-events node that holds no stop back, with an end at each output. */
export function eventsNode(id: string, properties: Properties = {}): FlowNode[] {
  const [event, connection] = [`${id}-event`, `${id}-connection`];
  const common = { z: "tab1", type: "plex-events", name: `events ${id}`, server: "config1", settle: 0 };
  return [{ id, ...common, wires: [[event], [connection]], ...properties }, endNode(event), endNode(connection)];
}

/** A Status node, which tells of all. */
const light: FlowNode[] = [
  { id: "light", z: "tab1", type: "status", scope: null, wires: [["light-end"]] },
  endNode("light-end"),
];

/** A Catch node, which catches all. */
export const catcher: FlowNode[] = [
  { id: "catcher", z: "tab1", type: "catch", scope: null, wires: [["catcher-end"]] },
  endNode("catcher-end"),
];

/** Where a message came from: an output of a node, or what a Status or Catch node says. */
function placeOf(end: string, msg: TestMessage): string {
  const told = { "light-end": [msg.status, "status"], "catcher-end": [msg.error, "catch"] }[end];
  if (!told) return end;
  const [about, way] = told as [{ source: { id: string } }, Way];
  return `${about.source.id}-${way}`;
}

/** A status as a test compares it: colour, shape, and the end of its key. */
function describeStatus({ fill, shape, text }: NodeStatus): string {
  return text === undefined ? "none" : [fill, shape, text.replace("plex-events.status.", "")].join(" ");
}

/** Flows with plex-events nodes in the real runtime, and what came out of them. */
export class EventsFlow {
  readonly #heard: { readonly id: string; readonly msg: TestMessage }[] = [];
  readonly #attached = new WeakSet();
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** Starts flows, or deploys others instead of those that run. */
  async deploy(nodes: readonly FlowNode[], type?: "full" | "flows" | "nodes"): Promise<this> {
    const flows = [{ id: "tab1", type: "tab" }, ...light, ...nodes];
    const credentials = { config1: { token: this.#token } };
    if (type) await helper.setFlows(flows as never, type, credentials);
    else await helper.load(modules, flows as never, credentials);
    for (const { id } of flows) this.#attach(id);
    return this;
  }

  /** What was heard by a way of a node, in order. */
  heard(id: string, way: Way): TestMessage[] {
    return this.#heard.filter((each) => each.id === `${id}-${way}`).map(({ msg }) => msg);
  }

  /** The topics of what came from an output. */
  topics(id: string, way: "event" | "connection" | "catch" = "event"): (string | undefined)[] {
    return this.heard(id, way).map(({ topic }) => topic);
  }

  /** The statuses of a node so far. */
  statuses(id: string): string[] {
    return this.heard(id, "status").map(({ status }) => describeStatus(status as NodeStatus));
  }

  /** Waits until something holds. */
  async until(holds: () => boolean, what: string): Promise<void> {
    const end = performance.now() + 9_000;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`${what} did not come: ${JSON.stringify(this.#heard)}`);
      await sleep(5);
    }
  }

  /** Waits until nodes are connected. */
  async connected(...nodes: readonly string[]): Promise<void> {
    for (const id of nodes) {
      await this.until(() => this.statuses(id).at(-1) === "green dot connected", `the connection of ${id}`);
    }
  }

  /** Waits for so many messages from an output. */
  async hears(id: string, count: number, way: "event" | "connection" | "catch" = "event") {
    await this.until(() => this.heard(id, way).length >= count, `message ${count} of ${id}, ${way}`);
    return this.topics(id, way);
  }

  /** The errors that were logged. */
  get loggedErrors(): string[] {
    const entries = helper.log().args.map(([entry]) => entry as { level: number; msg: unknown });
    return entries.filter(({ level }) => level === errorLevel).map(({ msg }) => String(msg));
  }

  /** The events of the runtime. */
  get events(): EventEmitter {
    return (helper as unknown as { _events: EventEmitter })._events;
  }

  #attach(id: string): void {
    const node = helper.getNode(id) as Node | null;
    if (node?.type !== "helper" || this.#attached.has(node)) return;
    this.#attached.add(node);
    node.on("input", (msg) => {
      this.#heard.push({ id: placeOf(id, msg), msg: msg });
    });
  }
}
