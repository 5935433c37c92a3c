#!/usr/bin/env bash
# What a node reports while a full deploy stops it is neither caught nor logged, if the tab has a Catch node.
#
# Version: Node-RED 4.1.15 on Node.js 20, Node-RED 5.0.7 on Node.js 24.21.0.
# Guess: an error that a node reports for a message it cannot finish reaches a Catch node, or else the log.
# What happens: a full deploy stops all nodes, the Catch node too. The error is still handed to the Catch node, which has
#   stopped listening, and counts as caught: it goes nowhere. Without a Catch node it is in the log. With a deploy of modified
#   nodes the Catch node lives on, and gets it.
# Who meets it: flows that wait for an answer, of a Plex server for one, and rely on a Catch node for every failure.
# Seen (errors caught, errors in the log; the same in 4.1.15 and 5.0.7):
#   full deploy: 0, 0
#   full deploy, no Catch node: 0, 1
#   deploy of modified nodes: 1, 0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix 4.1 node-red@4.1.15 > /dev/null
npm install --no-save --no-audit --no-fund --loglevel=error --prefix 5.0 node-red@5.0.7 node@24.21.0 > /dev/null
cat > check.cjs <<'JS'
const RED = require("node:module").createRequire(`${process.cwd()}/`)("node-red");

const on = { z: "tab", x: 0, y: 0 };
/** A node that has a message in hand until it is closed. */
const waits = (name) => ({ ...on, id: "waits", name, type: "function", func: "node.on('close', () => node.error('stopped', msg));", outputs: 0, wires: [] });
const rest = [
  { id: "tab", type: "tab" },
  { ...on, id: "start", type: "inject", once: true, onceDelay: 0.1, props: [], wires: [["waits"]] },
];
const caught = [
  { ...on, id: "catch", type: "catch", scope: null, wires: [["end"]] },
  { ...on, id: "end", type: "function", func: "global.get('got')();", outputs: 0, wires: [] },
];
const counts = { caught: 0, logged: 0 };
const got = () => counts.caught++;
const handler = () => (line) => {
  if (line.msg === "stopped" && line.level === 20) counts.logged++;
};
const logging = { console: { level: "off" }, count: { level: "error", handler } };
const settings = { userDir: "user", flowFile: "flows.json", httpAdminRoot: false, httpNodeRoot: false, logging };
RED.init(require("node:http").createServer(), { ...settings, functionGlobalContext: { got } });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const started = () => new Promise((resolve) => RED.events.once("flows:started", resolve));
async function deploy(flows, deploymentType) {
  const ready = started();
  await RED.runtime.flows.setFlows({ flows: { flows }, deploymentType });
  await ready;
  await pause(1000);
}
async function count(label, nodes, deploymentType) {
  await deploy([...rest, waits("one"), ...nodes], "full");
  Object.assign(counts, { caught: 0, logged: 0 });
  await deploy([...rest, waits("two"), ...nodes], deploymentType);
  console.log(`${label}: ${counts.caught}, ${counts.logged}`);
}
void (async () => {
  const ready = started();
  await RED.start();
  await ready;
  console.log(`${RED.version().replace("-git", "")}:`);
  await count("full deploy", caught, "full");
  await count("full deploy, no Catch node", [], "full");
  await count("deploy of modified nodes", caught, "nodes");
  process.exit();
})();
setTimeout(() => process.exit(1), 60_000);
JS
(cd 4.1 && node ../check.cjs) | tee seen
(cd 5.0 && node_modules/node/bin/node ../check.cjs) | tee -a seen
diff seen - <<'EXPECTED'
4.1.15:
full deploy: 0, 0
full deploy, no Catch node: 0, 1
deploy of modified nodes: 1, 0
5.0.7:
full deploy: 0, 0
full deploy, no Catch node: 0, 1
deploy of modified nodes: 1, 0
EXPECTED
