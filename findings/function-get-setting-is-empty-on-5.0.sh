#!/usr/bin/env bash
# RED.util.getSetting gives nothing any more in the function nodes of Node-RED 5.0.7. env.get does.
#
# Version: Node-RED 4.1.15 on Node.js 20, Node-RED 5.0.7 on Node.js 24.21.0.
# Guess: RED.util.getSetting(node, "NAME") and env.get("NAME") are two ways to the same value, as in 4.1.
# What happens: in 5.0.7 the function node's own getSetting has lost its return statement, so it is undefined for every name.
#   Nothing is logged. A function that builds an address of a Plex server out of it asks "undefined".
# Who meets it: function nodes that read the settings of their tab, group or subflow in this way, after the update to 5.0.
# Seen (env.get, RED.util.getSetting; the variable belongs to the tab):
#   4.1.15: http://192.168.1.10:32400, http://192.168.1.10:32400
#   5.0.7: http://192.168.1.10:32400, undefined
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
const func = "global.get('got')(env.get('PLEX'), RED.util.getSetting(node, 'PLEX'));";
const flows = [
  { id: "tab", type: "tab", env: [{ name: "PLEX", value: "http://192.168.1.10:32400", type: "str" }] },
  { ...on, id: "start", type: "inject", once: true, onceDelay: 0.1, props: [], wires: [["read"]] },
  { ...on, id: "read", type: "function", func, outputs: 0, wires: [] },
];
const got = (...values) => {
  console.log(`${RED.version().replace("-git", "")}: ${values.join(", ").replace(/, $/, ", undefined")}`);
  process.exit();
};
mkdirSync("user");
writeFileSync("user/flows.json", JSON.stringify(flows));
const settings = { userDir: "user", flowFile: "flows.json", httpAdminRoot: false, httpNodeRoot: false };
RED.init(require("node:http").createServer(), { ...settings, logging: { console: { level: "off" } }, functionGlobalContext: { got } });
void RED.start();
setTimeout(() => process.exit(1), 60_000);
JS
(cd 4.1 && node ../check.cjs) | tee seen
(cd 5.0 && node_modules/node/bin/node ../check.cjs) | tee -a seen
diff seen - <<'EXPECTED'
4.1.15: http://192.168.1.10:32400, http://192.168.1.10:32400
5.0.7: http://192.168.1.10:32400, undefined
EXPECTED
