import type { FlowNode } from "./process";

/** The tab that all nodes of these flows lie on unless they say otherwise. */
export const tab: FlowNode = { id: "tab", type: "tab", label: "Test" };

/** Properties of a node on top of what the function that makes it sets. */
export type Properties = Readonly<Record<string, unknown>>;

/** A plex-config node: by itself one that gives up at once, for most tests want to see the first failure. */
export function server(url: string, token: string | undefined, properties: Properties = {}): FlowNode {
  return {
    id: "server",
    type: "plex-config",
    name: "",
    clientIdentifier: "6a5f1a3c-0a60-4d0f-8a51-4a1f7d1f2b10",
    timeout: 5000,
    retries: 0,
    ...properties,
    url,
    ...(token === undefined ? {} : { credentials: { token } }),
  };
}

/** A node on a tab, or in a subflow: Node-RED takes a node without a place for a config node. */
export function placed(node: FlowNode, z: string = tab.id): FlowNode {
  return { x: 100, y: 100, wires: [], ...node, z };
}

/** A node that reports what reaches it under its name. */
export function probe(id: string, name: string, wires: readonly string[] = [], z: string = tab.id): FlowNode {
  return placed({ id, type: "probe", name, wires: [wires] }, z);
}

/** A plex-transient-token node. */
export function tokenNode(properties: Properties = {}): FlowNode {
  return { id: "token", type: "plex-transient-token", name: "", server: "server", property: "payload", ...properties };
}

/** A plex-source-connection node that takes its source from `msg.payload.source`. */
export function sourceNode(properties: Properties = {}): FlowNode {
  const source = { source: "payload.source", sourceType: "msg", refresh: false };
  return {
    id: "source",
    type: "plex-source-connection",
    name: "",
    server: "server",
    property: "payload",
    ...source,
    ...properties,
  };
}

/** A plex-request node that asks for the libraries. */
export function requestNode(properties: Properties = {}): FlowNode {
  const asked = { method: "GET", path: "/library/sections", pathType: "str", query: "{}", queryType: "json", via: "" };
  const rest = { player: "", playerType: "str", all: false, limit: 1000, answer: "json", property: "payload" };
  return { id: "request", type: "plex-request", name: "", server: "server", ...asked, ...rest, ...properties };
}

/** Where the failures of a node go: down its second output, or to a Catch node because that is not wired. */
export type ErrorRoute = "output" | "catch";

/** What `route` answers with when its node failed. */
export interface FailureAnswer {
  readonly by: ErrorRoute;
  readonly error: Readonly<Record<string, unknown>>;
  /** The payload as it was on the failed message. */
  readonly payload: unknown;
}

function failure(id: string, by: ErrorRoute): FlowNode {
  const to = `{ "by": "${by}", "error": error, "payload": payload }`;
  const rules = [
    { t: "set", p: "payload", pt: "msg", to, tot: "jsonata" },
    { t: "set", p: "statusCode", pt: "msg", to: "500", tot: "num" },
  ];
  return { id: `${id}-failure`, type: "change", rules, wires: [[`${id}-response`]] };
}

/**
 * `http in` → a node of ours → `http response`: POST to a path gets what the node put into the payload, or status 500
 * and a {@link FailureAnswer}.
 */
export function route(path: string, node: FlowNode, errors: ErrorRoute = "output", z: string = tab.id): FlowNode[] {
  const id = path.replaceAll("/", "-");
  const response = `${id}-response`;
  const wires = errors === "output" ? [[response], [`${id}-failure`]] : [[response], []];
  const nodes: FlowNode[] = [
    { id: `${id}-in`, type: "http in", url: `/${path}`, method: "post", wires: [[node.id]] },
    { ...node, wires },
    { id: response, type: "http response" },
    failure(id, errors),
    ...(errors === "catch" ? [{ id: `${id}-catch`, type: "catch", scope: [node.id], wires: [[`${id}-failure`]] }] : []),
  ];
  return nodes.map((each) => placed(each, z));
}

/** A node of ours with a probe behind its outputs, "<id> success" and, unless Catch nodes shall have it, "<id> error". */
export function probed(node: FlowNode, errors: ErrorRoute = "output"): FlowNode[] {
  const { id } = node;
  const wires = [[`${id}-success`], errors === "output" ? [`${id}-error`] : []];
  return [
    placed({ ...node, wires }),
    probe(`${id}-success`, `${id} success`),
    ...(errors === "output" ? [probe(`${id}-error`, `${id} error`)] : []),
  ];
}

/**
 * A Catch node for the whole tab, with a probe behind it, "caught". One for certain nodes would be deployed again with
 * them, and miss what they say as they end.
 */
export function catchAll(): FlowNode[] {
  return [placed({ id: "catch", type: "catch", scope: null, wires: [["caught"]] }), probe("caught", "caught")];
}

/** The same flows as the editor deploys them later: credentials that did not change are not sent again. */
export function withoutCredentials(flows: readonly FlowNode[]): FlowNode[] {
  return flows.map((node) => {
    const known: FlowNode & { credentials?: unknown } = { ...node };
    delete known.credentials;
    return known;
  });
}

/** A split node: an array in its payload becomes as many messages at once, to each of these nodes. */
export function burst(id: string, wires: readonly string[]): FlowNode[] {
  const array = { arraySplt: 1, arraySpltType: "len", property: "payload" };
  return [
    placed({ id, type: "split", splt: "\\n", spltType: "str", stream: false, addname: "", ...array, wires: [wires] }),
  ];
}
