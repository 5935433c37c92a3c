#!/usr/bin/env bash
# A config node on a tab whose name is its own id stops the whole tab, and Node-RED logs that the flows have started.
#
# Version: Node-RED 4.1.15 on Node.js 20, Node-RED 5.0.7 on Node.js 24.21.0.
# Guess: the name of a config node is a label, and may be anything.
# What happens: every property whose value is the id of a config node counts as a reference to it, the name too. A config node
#   that is named like its id therefore waits for itself: "Circular config node dependency detected". That is thrown while
#   the tab starts, so that none of its nodes is made. It goes to the console as a bare stack, in no log entry and to no
#   Catch node; "Started flows" follows, and the deploy counts as good.
# Who meets it: whoever writes flows by hand or by a program, with ids such as "plex", in flows for tests and images.
# Seen (whether a flow on that tab runs, whether Node-RED told that the flows have started; the same in 4.1.15 and 5.0.7):
#   named TLS: runs, started
#   named plex-tls, its id: dead, started
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix 4.1 node-red@4.1.15 > /dev/null
npm install --no-save --no-audit --no-fund --loglevel=error --prefix 5.0 node-red@5.0.7 node@24.21.0 > /dev/null
cat > check.cjs <<'JS'
const { mkdirSync, writeFileSync } = require("node:fs");
const RED = require("node:module").createRequire(`${process.cwd()}/`)("node-red");

const [name, label] = process.argv.slice(2);
const on = { z: "tab", x: 0, y: 0 };
const flows = [
  { id: "tab", type: "tab" },
  { z: "tab", id: "plex-tls", type: "tls-config", name, cert: "", key: "", ca: "", servername: "", verifyservercert: true },
  { ...on, id: "start", type: "inject", once: true, onceDelay: 0.1, props: [], wires: [["end"]] },
  { ...on, id: "end", type: "function", func: "global.get('got')();", outputs: 0, wires: [] },
];
let [runs, started] = ["dead", "not started"];
const got = () => (runs = "runs");
mkdirSync(`user-${name}`);
writeFileSync(`user-${name}/flows.json`, JSON.stringify(flows));
const settings = { userDir: `user-${name}`, flowFile: "flows.json", httpAdminRoot: false, httpNodeRoot: false };
RED.init(require("node:http").createServer(), { ...settings, logging: { console: { level: "off" } }, functionGlobalContext: { got } });
RED.events.once("flows:started", () => (started = "started"));
// The stack that Node-RED writes itself is left out of what is compared.
const write = console.log;
console.log = () => {};
void RED.start();
setTimeout(() => {
  write(`${RED.version().replace("-git", "")}, named ${label}: ${runs}, ${started}`);
  process.exit();
}, 5000);
JS
for name in TLS plex-tls; do
  label=$name
  [ "$name" = TLS ] || label="$name, its id"
  (cd 4.1 && node ../check.cjs "$name" "$label") | tee -a seen.4.1
  (cd 5.0 && node_modules/node/bin/node ../check.cjs "$name" "$label") | tee -a seen.5.0
done
cat seen.4.1 seen.5.0 > seen
diff seen - <<'EXPECTED'
4.1.15, named TLS: runs, started
4.1.15, named plex-tls, its id: dead, started
5.0.7, named TLS: runs, started
5.0.7, named plex-tls, its id: dead, started
EXPECTED
