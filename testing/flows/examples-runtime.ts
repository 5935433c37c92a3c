import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { RequestListener } from "node:http";
import type { Node, NodeAPI, NodeInitializer } from "node-red";
import helper from "node-red-node-test-helper";
import plexConfig from "../../nodes/plex-config";
import plexEvents from "../../nodes/plex-events";
import plexRequest from "../../nodes/plex-request";
import plexSourceConnection from "../../nodes/plex-source-connection";
import plexTransientToken from "../../nodes/plex-transient-token";
import { PLACEHOLDER_SERVER, PLACEHOLDER_URL, readExample, type ExampleNode } from "./examples";

const nodeRed = createRequire(require.resolve("node-red"));
const fromCore = (file: string) => nodeRed(`@node-red/nodes/core/${file}`) as NodeInitializer;

/** The node types that examples may use, each with what registers it. */
export const initializers: Readonly<Record<string, NodeInitializer>> = {
  "plex-config": plexConfig,
  "plex-events": plexEvents,
  "plex-request": plexRequest,
  "plex-source-connection": plexSourceConnection,
  "plex-transient-token": plexTransientToken,
  catch: fromCore("common/25-catch.js"),
  change: fromCore("function/15-change.js"),
  comment: fromCore("common/90-comment.js"),
  debug: fromCore("common/21-debug.js"),
  delay: fromCore("function/89-delay.js"),
  function: fromCore("function/10-function.js"),
  "http in": fromCore("network/21-httpin.js"),
  "http request": fromCore("network/21-httprequest.js"),
  "http response": fromCore("network/21-httpin.js"),
  inject: fromCore("common/20-inject.js"),
  join: fromCore("sequence/17-split.js"),
  json: fromCore("parsers/70-JSON.js"),
  "link in": fromCore("common/60-link.js"),
  "link out": fromCore("common/60-link.js"),
  "mqtt in": fromCore("network/10-mqtt.js"),
  "mqtt out": fromCore("network/10-mqtt.js"),
  "mqtt-broker": fromCore("network/10-mqtt.js"),
  split: fromCore("sequence/17-split.js"),
  switch: fromCore("function/10-switch.js"),
  trigger: fromCore("function/89-trigger.js"),
};

/** A message as tests look at it. */
export type Message = Record<string, unknown> & { payload: unknown; error?: Record<string, unknown> };

/** What a user enters after the import, by node. */
export interface Entered {
  /** The server's address, wherever the example has the placeholder for it. */
  readonly url: string;
  readonly token: string;
  /** The machine identifier of a server, in the place of the example's. */
  readonly source?: string;
  /** What takes the place of further placeholders. */
  readonly placeholders?: Readonly<Record<string, string>>;
  /** Further properties of config nodes, by type. */
  readonly config?: Readonly<Record<string, object>>;
  /** Credentials of further nodes, by name. */
  readonly credentials?: Readonly<Record<string, Record<string, string>>>;
}

/** The example as a user would have it after following its comments. */
function setUp(name: string, entered: Entered): ExampleNode[] {
  const nodes = readExample(name).map((node) => {
    if (node.type === "comment") return node;
    const further = Object.entries(entered.placeholders ?? {});
    const text = further
      .reduce((whole, [placeholder, value]) => whole.replaceAll(placeholder, () => value), JSON.stringify(node))
      .replaceAll(PLACEHOLDER_URL, () => entered.url)
      .replaceAll(PLACEHOLDER_SERVER, () => entered.source ?? PLACEHOLDER_SERVER);
    // The editor makes the identifier when a plex-config node is imported.
    const identifier =
      node["clientIdentifier"] === "" ? { clientIdentifier: "00000000-0000-4000-8000-000000000001" } : {};
    return { ...(JSON.parse(text) as ExampleNode), ...identifier, ...entered.config?.[node.type] };
  });
  return [{ id: nodes[0]?.z ?? "", type: "tab", label: name }, ...nodes];
}

/** An example that runs in Node-RED. */
export class RunningExample {
  #web: Server | undefined;
  #httpNode: RequestListener = () => undefined;
  readonly #names = new Map<string, string>();
  #nodes: ExampleNode[] = [];

  /** Imports an example, enters what a user enters, and deploys it. */
  static async deploy(name: string, entered: Entered): Promise<RunningExample> {
    const running = new RunningExample();
    const nodes = setUp(name, entered);
    running.#nodes = nodes;
    // Links are wires with names, and have the names of what they lead to.
    for (const { name, type, id } of nodes) if (!type.startsWith("link ")) running.#names.set(name || type, id);
    const servers = nodes.filter(({ type }) => type === "plex-config");
    const credentials: Record<string, Record<string, string>> = {};
    for (const { id } of servers) credentials[id] = { token: entered.token };
    for (const [of, values] of Object.entries(entered.credentials ?? {})) {
      credentials[running.#names.get(of) ?? ""] = values;
    }
    const used = new Set(nodes.flatMap(({ type }) => initializers[type] ?? []));
    const web = (RED: NodeAPI) => {
      running.#httpNode = RED.httpNode;
    };
    await helper.load([web, ...used], nodes as never, credentials);
    return running;
  }

  /** The node with this name, or the only one of this type without a name. */
  node(name: string): Node {
    const id = this.#names.get(name);
    if (id === undefined) throw new Error(`The example has no node "${name}".`);
    return helper.getNode(id);
  }

  /** Presses the button of an inject node. */
  press(name: string): void {
    this.node(name).receive();
  }

  /** Changes nodes of a type and deploys them, while the others run on. */
  async redeploy(type: string, changes: object): Promise<void> {
    const nodes = this.#nodes.map((node) => (node.type === type ? { ...node, ...changes } : node));
    // The helper waits for an event that may have come before it looked.
    await helper.setFlows(nodes as never, "nodes").catch(() => undefined);
  }

  /** The messages that arrive at a node from now on. */
  watch(name: string): Arrivals {
    return new Arrivals(this.node(name));
  }

  /** Serves the `http in` nodes, and tells where. */
  async serve(): Promise<string> {
    const server = createServer((req, res) => {
      this.#httpNode(req, res);
    });
    this.#web = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** What nodes of the example have put into Node-RED's log as a warning or an error. */
  get complaints(): string[] {
    const ids = new Set(this.#names.values());
    const entries = helper.log().args.map(([entry]) => entry as { id?: string; level: number; msg: unknown });
    const { WARN } = helper.log() as unknown as { WARN: number };
    return entries.filter(({ id = "", level }) => level <= WARN && ids.has(id)).map(({ msg }) => String(msg));
  }

  /** Stops the flow. */
  async stop(): Promise<void> {
    this.#web?.closeAllConnections();
    this.#web?.close();
    await helper.unload();
  }
}

/** What arrived at a node. */
export class Arrivals {
  readonly all: Message[] = [];
  #taken = 0;
  #arrived: () => void = () => undefined;

  constructor(node: Node) {
    node.on("input", (msg, _send, done) => {
      // As it is now: what comes behind this node may change it.
      this.all.push({ ...msg } as unknown as Message);
      this.#arrived();
      done();
    });
  }

  /** The next message that no one has taken yet. */
  async next(): Promise<Message> {
    while (this.all.length <= this.#taken) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    this.#taken += 1;
    return this.all[this.#taken - 1]!;
  }
}
