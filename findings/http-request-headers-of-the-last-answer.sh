#!/usr/bin/env bash
# Set one header between two http request nodes, and the second one sends all headers that the first got as its answer.
#
# Version: Node-RED 4.1.15 on Node.js 20, Node-RED 5.0.7 on Node.js 24.21.0.
# Guess: msg.headers of the answer is not sent with the next request, as long as it comes from an http request node. That
#   holds where nothing touches it: then the next node knows it by its hash, and drops it.
# What happens: a change node that sets msg.headers["X-Plex-Token"] changes the hash. Now the whole answer goes out as
#   request headers, its Content-Length too. A GET then announces a body that never comes, the server waits for it, and the
#   request ends as a timeout. Delete msg.headers first, or set it whole.
# Who meets it: flows that look something up on Plex and then ask for more, with the token in a header.
# Seen (what the second request carried, and msg.statusCode; the same in 4.1.15 and 5.0.7):
#   untouched: 200, nothing of the first answer
#   one header set: ETIMEDOUT, content-length 12, x-plex-protocol 1.0
#   deleted, then set: 200, nothing of the first answer
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix 4.1 node-red@4.1.15 > /dev/null
npm install --no-save --no-audit --no-fund --loglevel=error --prefix 5.0 node-red@5.0.7 node@24.21.0 > /dev/null
cat > check.cjs <<'JS'
const { mkdirSync, writeFileSync } = require("node:fs");
const http = require("node:http");
const RED = require("node:module").createRequire(`${process.cwd()}/`)("node-red");

const asked = new Map();
const plex = http.createServer((request, response) => {
  asked.set(request.url, request.headers);
  // A body that was announced is read before the answer goes out.
  request.resume().once("end", () => {
    response.setHeader("X-Plex-Protocol", "1.0");
    response.setHeader("Content-Length", "12");
    response.end("<Directory/>");
  });
});
plex.listen(0, "127.0.0.1", () => {
  const on = { z: "tab", x: 0, y: 0 };
  const request = { ...on, type: "http request", method: "GET", ret: "txt", headers: [] };
  const url = `http://127.0.0.1:${plex.address().port}/`;
  const remove = { t: "delete", p: "headers", pt: "msg" };
  const token = { t: "set", p: "headers['X-Plex-Token']", pt: "msg", to: "0123456789abcdefghij", tot: "str" };
  const ways = { untouched: [], "one header set": [token], "deleted, then set": [remove, token] };
  const flows = [{ id: "tab", type: "tab" }];
  Object.entries(ways).forEach(([way, rules], n) => {
    flows.push(
      { ...on, id: `start${n}`, type: "inject", once: true, onceDelay: 0.1, props: [{ p: "requestTimeout", v: "3000", vt: "num" }], wires: [[`one${n}`]] },
      { ...request, id: `one${n}`, url: `${url}first`, wires: [[`set${n}`]] },
      { ...on, id: `set${n}`, type: "change", rules, wires: [[`two${n}`]] },
      { ...request, id: `two${n}`, url: `${url}${n}`, wires: [[`end${n}`]] },
      { ...on, id: `end${n}`, type: "function", func: `global.get('got')(${JSON.stringify(way)}, ${n}, msg.statusCode);`, outputs: 0, wires: [] },
    );
  });
  const lines = [];
  const got = (way, n, status) => {
    const sent = asked.get(`/${n}`);
    const old = ["content-length", "x-plex-protocol"].filter((name) => name in sent).map((name) => `${name} ${sent[name]}`);
    lines[n] = `${way}: ${status}, ${old.join(", ") || "nothing of the first answer"}`;
    if (lines.filter(Boolean).length < 3) return;
    console.log([`${RED.version().replace("-git", "")}:`, ...lines].join("\n"));
    process.exit();
  };
  mkdirSync("user");
  writeFileSync("user/flows.json", JSON.stringify(flows));
  const noPages = { httpAdminRoot: false, httpNodeRoot: false, logging: { console: { level: "off" } } };
  RED.init(http.createServer(), { userDir: "user", flowFile: "flows.json", functionGlobalContext: { got }, ...noPages });
  void RED.start();
});
setTimeout(() => process.exit(1), 60_000);
JS
(cd 4.1 && node ../check.cjs) | tee seen
(cd 5.0 && node_modules/node/bin/node ../check.cjs) | tee -a seen
diff seen - <<'EXPECTED'
4.1.15:
untouched: 200, nothing of the first answer
one header set: ETIMEDOUT, content-length 12, x-plex-protocol 1.0
deleted, then set: 200, nothing of the first answer
5.0.7:
untouched: 200, nothing of the first answer
one header set: ETIMEDOUT, content-length 12, x-plex-protocol 1.0
deleted, then set: 200, nothing of the first answer
EXPECTED
