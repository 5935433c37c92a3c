import type { FlowNode } from "../../testing/node-red/process";

/** What is asked, as the nodes under test are told it. */
export interface Target {
  readonly url: string;
  readonly token: string;
}

const path = "/security/token?type=delegation&scope=all";
const tab: FlowNode = { id: "tab", type: "tab", label: "bench" };
const underTest = { id: "under-test", z: "tab" };
const backToLoad = [["load"]];

/** A function node, with what the editor gives it. */
export function functionNode(node: { id: string; func: string; wires: string[][]; initialize?: string }): FlowNode {
  const { wires } = node;
  return { type: "function", z: "tab", outputs: wires.length, noerr: 0, timeout: 0, initialize: "", libs: [], ...node };
}

/** What puts the node under test under load, and tells how it did: `POST /load`. And `GET /report`. */
const harness: readonly FlowNode[] = [
  tab,
  { id: "order", type: "http in", z: "tab", url: "/load", method: "post", wires: [["load"]] },
  functionNode({
    id: "load",
    func: 'return global.get("kit").take(msg);',
    wires: [["under-test"], ["answer"]],
  }),
  { id: "failed", type: "catch", z: "tab", scope: ["under-test"], wires: [["load"]] },
  { id: "ask", type: "http in", z: "tab", url: "/report", method: "get", wires: [["report"]] },
  functionNode({
    id: "report",
    func: 'msg.payload = global.get("kit").report(); return msg;',
    wires: [["answer"]],
  }),
  { id: "answer", type: "http response", z: "tab", wires: [] },
];

/** ms that nothing here takes: what waits shall go on waiting. */
const timeout = 10 * 60_000;

/** The plex-config node of the measured flows. */
export const plexConfig = ({ url, token }: Target): FlowNode => ({
  id: "server",
  type: "plex-config",
  url,
  clientIdentifier: "00000000-0000-4000-8000-000000000000",
  timeout,
  retries: 0,
  credentials: { token },
});

const tokenNode = (reuse: number) => (target: Target) => [
  plexConfig(target),
  { ...underTest, type: "plex-transient-token", server: "server", property: "payload", reuse, wires: [["load"], []] },
];

const page = "/library/sections/1/all";

const pageNode = (target: Target) => [
  plexConfig(target),
  {
    ...{ ...underTest, type: "plex-request", server: "server", property: "payload", method: "GET", path: page },
    ...{ pathType: "str", query: "{}", queryType: "json", via: "", player: "", playerType: "str", answer: "json" },
    ...{ all: false, limit: 1000, wires: [["load"], []] },
  },
];

/** As a user would set it: persistent connections, a parsed answer, and what the server needs to give one. */
const coreNode = (method: string, path: string) => (target: Target) => {
  const { url, token } = target;
  const header = (name: string, value: string) => ({
    ...{ keyType: "other", keyValue: name, valueType: "other", valueValue: value },
  });
  const headers = [header("X-Plex-Token", token), header("Accept", "application/json")];
  const request = { method, ret: "obj", paytoqs: "ignore", url: url + path, persist: true, headers };
  return [{ ...underTest, type: "http request", ...request, senderr: false, wires: backToLoad }];
};

function bareNode({ url, token }: Target): FlowNode[] {
  const headers = { "X-Plex-Token": token, Accept: "application/json", "Content-Length": 0 };
  const func = `
    const options = { method: "POST", agent: context.get("agent"), headers: ${JSON.stringify(headers)} };
    const request = global.get("http").request("${url}${path}", options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => { body += chunk; });
      response.on("end", () => {
        msg.statusCode = response.statusCode;
        msg.payload = JSON.parse(body);
        node.send(msg, false);
        node.done();
      });
    });
    request.on("error", (error) => node.error(error, msg));
    request.end();`;
  const initialize = 'context.set("agent", new (global.get("http").Agent)({ keepAlive: true }));';
  return [functionNode({ ...underTest, func, initialize, wires: backToLoad })];
}

function changeNode(): FlowNode[] {
  const rule = { t: "set", p: "payload", pt: "msg", to: "", tot: "str" };
  return [{ ...underTest, type: "change", rules: [rule], wires: backToLoad }];
}

function keepNode(): FlowNode[] {
  return [functionNode({ ...underTest, func: 'global.get("kit").keep(msg);', wires: [[]] })];
}

/** Makes the node that a flow measures, and what it needs. */
export type MakeNodes = (target: Target) => readonly FlowNode[];

/** The nodes that are measured. */
export const nodes = {
  token: tokenNode(0),
  reuse: tokenNode(60),
  core: coreNode("POST", path),
  page: pageNode,
  corePage: coreNode("GET", page),
  bare: bareNode,
  change: changeNode,
  /** Holds on to each message, and does nothing else. */
  keep: keepNode,
} satisfies Readonly<Record<string, MakeNodes>>;

/** A flow that measures a node; without one, a flow that only reports. */
export const flowFor = (nodes: readonly FlowNode[] = []): FlowNode[] => [...harness, ...nodes];
