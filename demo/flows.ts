import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import type { DemoServer } from "./server";

/** A node as Node-RED's admin API takes it. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly [property: string]: unknown;
}

/** What a user would enter, by what stands in the examples for it. */
export type Entries = Readonly<Record<string, string>>;

const placeholder = {
  url: "http://192.168.1.10:32400",
  source: "server://0123456789abcdef0123456789abcdef01234567",
};

/** What a user would enter of the server. It is the friend's server too: what the TV plays is to be found there. */
function entriesFor({ url, source = placeholder.source }: DemoServer): Entries {
  return { [placeholder.url]: url, [placeholder.source]: source };
}

/** Text as it stands between the quotes of a JSON string. */
function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function readFlow(file: string, entries: Entries): FlowNode[] {
  const nodes = JSON.parse(readFileSync(file, "utf8")) as FlowNode[];
  return nodes.map((node) => {
    // A comment tells what to do elsewhere than in this demo.
    if (node.type === "comment") return node;
    const text = Object.entries(entries).reduce(
      (whole, [placeholder, value]) => whole.replaceAll(placeholder, () => quoted(value)),
      JSON.stringify(node),
    );
    return JSON.parse(text) as FlowNode;
  });
}

/** What a user would enter in the form of this node. */
function fillIn(node: FlowNode, server: DemoServer, brokerPort: number): FlowNode {
  if (node.type === "mqtt-broker") return { ...node, broker: "127.0.0.1", port: String(brokerPort) };
  if (node.type !== "plex-config") return node;
  const { token, clientIdentifier } = server;
  // The example with environment variables has its token from there too.
  if (node["clientIdentifier"] !== "") return { ...node, credentials: { token: "${PLEX_TOKEN}" } };
  return { ...node, clientIdentifier, credentials: { token } };
}

/** The home that the examples are about: what there is beside the server. */
export interface Home {
  readonly brokerPort: number;
  readonly devices: Entries;
}

/** Every example and the demo's own flow, each on a tab of its own, ready to be deployed. */
export function buildFlows(root: string, server: DemoServer, { brokerPort, devices }: Home): FlowNode[] {
  const entries = { ...entriesFor(server), ...devices };
  const examples = readdirSync(join(root, "examples")).filter((file) => file.endsWith(".json"));
  const files = [...examples.sort().map((file) => join(root, "examples", file)), join(root, "demo", "What ran.json")];
  const flows = new Map<string, FlowNode>();
  for (const file of files) {
    const nodes = readFlow(file, entries);
    const tab = nodes.find(({ z }) => z !== undefined)?.z ?? "";
    flows.set(tab, { id: tab, type: "tab", label: parse(file).name, disabled: false, info: "" });
    // Config nodes are shared by the examples.
    for (const node of nodes) flows.set(node.id, fillIn(node, server, brokerPort));
  }
  return [...flows.values()];
}
