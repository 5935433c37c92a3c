#!/usr/bin/env bash
# A delay node in the burst mode of Node-RED 5.0 swallows every message on 4.1, and nothing says so.
#
# Version: Node-RED 4.1.15 on Node.js 20, Node-RED 5.0.7 on Node.js 24.21.0.
# Guess: 4.1 refuses a setting that it does not know, warns of it, or lets the messages pass.
# What happens: 4.1 makes the node, which then has no handler for messages at all. Nothing is sent, no Complete node is told,
#   no status, no error and no line in the log. 5.0 lets the first ones pass and drops the rest until the time is over.
# Who meets it: people who limit how often Plex or a TV is asked, and take a flow from 5.0 to a Node-RED 4.1.
# Seen (4 messages at once, 2 a minute allowed: passed on, told to a Complete node, warnings and errors in the log):
#   4.1.15: 0, 0, 0
#   5.0.7: 2, 4, 0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix 4.1 node-red@4.1.15 > /dev/null
npm install --no-save --no-audit --no-fund --loglevel=error --prefix 5.0 node-red@5.0.7 node@24.21.0 > /dev/null
cat > check.cjs <<'JS'
const { mkdirSync, writeFileSync } = require("node:fs");
const RED = require("node:module").createRequire(`${process.cwd()}/`)("node-red");

const on = { z: "tab", x: 0, y: 0 };
const count = (id) => ({ ...on, id, type: "function", func: `global.get('got')('${id}');`, outputs: 0, wires: [] });
const limit = { type: "delay", pauseType: "burst", timeout: "5", timeoutUnits: "seconds", rate: "2", nbRateUnits: "1", rateUnits: "minute" };
const flows = [
  { id: "tab", type: "tab" },
  { ...on, id: "start", type: "inject", once: true, onceDelay: 0.1, props: [], wires: [["four"]] },
  { ...on, id: "four", type: "function", func: "return [[{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]];", outputs: 1, wires: [["limit"]] },
  { ...on, id: "limit", ...limit, outputs: 1, wires: [["passed"]] },
  count("passed"),
  { ...on, id: "complete", type: "complete", scope: ["limit"], wires: [["completed"]] },
  count("completed"),
];
const counts = { passed: 0, completed: 0, logged: 0 };
const got = (id) => counts[id]++;
const handler = () => (line) => {
  // 20 and 30 are errors and warnings; those about missing credentials and projects come with every first start.
  if (line.level <= 30 && line.id !== undefined) counts.logged++;
};
mkdirSync("user");
writeFileSync("user/flows.json", JSON.stringify(flows));
const logging = { console: { level: "off" }, count: { level: "warn", handler } };
const settings = { userDir: "user", flowFile: "flows.json", httpAdminRoot: false, httpNodeRoot: false, logging };
RED.init(require("node:http").createServer(), { ...settings, functionGlobalContext: { got } });
void RED.start();
RED.events.once("flows:started", () => {
  setTimeout(() => {
    console.log(`${RED.version().replace("-git", "")}: ${Object.values(counts).join(", ")}`);
    process.exit();
  }, 3000);
});
JS
(cd 4.1 && node ../check.cjs) | tee seen
(cd 5.0 && node_modules/node/bin/node ../check.cjs) | tee -a seen
diff seen - <<'EXPECTED'
4.1.15: 0, 0, 0
5.0.7: 2, 4, 0
EXPECTED
