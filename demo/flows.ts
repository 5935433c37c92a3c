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

/** What stands in the examples for what the user enters. */
const placeholder = {
  url: "http://192.168.1.10:32400",
  source: "server://0123456789abcdef0123456789abcdef01234567",
};

/** Text as it stands between the quotes of a JSON string. */
function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function readFlow(file: string, { url, source = placeholder.source }: DemoServer): FlowNode[] {
  const nodes = JSON.parse(readFileSync(file, "utf8")) as FlowNode[];
  return nodes.map((node) => {
    // A comment tells what to do elsewhere than in this demo.
    if (node.type === "comment") return node;
    const text = JSON.stringify(node)
      .replaceAll(placeholder.url, () => quoted(url))
      .replaceAll(placeholder.source, () => quoted(source));
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

/** Every example and the demo's own flow, each on a tab of its own, ready to be deployed. */
export function buildFlows(root: string, server: DemoServer, brokerPort: number): FlowNode[] {
  const examples = readdirSync(join(root, "examples")).filter((file) => file.endsWith(".json"));
  const files = [...examples.sort().map((file) => join(root, "examples", file)), join(root, "demo", "What ran.json")];
  const flows = new Map<string, FlowNode>();
  for (const file of files) {
    const nodes = readFlow(file, server);
    const tab = nodes.find(({ z }) => z !== undefined)?.z ?? "";
    flows.set(tab, { id: tab, type: "tab", label: parse(file).name, disabled: false, info: "" });
    // Config nodes are shared by the examples.
    for (const node of nodes) flows.set(node.id, fillIn(node, server, brokerPort));
  }
  return [...flows.values()];
}
