#!/usr/bin/env bash
# In Node-RED 4.1 the http request node takes no notice of the Server Name of a tls-config node. In 5.0 it does.
#
# Version: Node-RED 4.1.15 on Node.js 20, Node-RED 5.0.7 on Node.js 24.21.0.
# Guess: Server Name in a tls-config node is the name that the certificate is checked against, in every node that uses it.
# What happens: in 4.1 the http request node takes it out again before it asks. The certificate is checked against the host
#   of the address, and fails for a Plex certificate behind an IP address, although other nodes get through with the same
#   tls-config node. 5.0 uses the name, also for SNI.
# Who meets it: flows that ask a Plex Media Server by https://192.168.1.10:32400 with its plex.direct name as Server Name.
# Seen (msg.statusCode, and the name that the server was asked for):
#   4.1.15: ERR_TLS_CERT_ALTNAME_INVALID, none
#   5.0.7: 200, 192-168-1-10.0123456789abcdef0123456789abcdef.plex.direct
#
# Needs openssl, for the certificate.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix 4.1 node-red@4.1.15 > /dev/null
npm install --no-save --no-audit --no-fund --loglevel=error --prefix 5.0 node-red@5.0.7 node@24.21.0 > /dev/null
name=192-168-1-10.0123456789abcdef0123456789abcdef.plex.direct
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj "/CN=$name" \
  -addext "subjectAltName=DNS:$name" 2> /dev/null
cat > check.cjs <<'JS'
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const https = require("node:https");
const RED = require("node:module").createRequire(`${process.cwd()}/`)("node-red");

let asked = "none";
const plex = https.createServer({ key: readFileSync("../key.pem"), cert: readFileSync("../cert.pem") }, (request, response) => {
  asked = request.socket.servername || "none";
  response.end("ok");
});
plex.listen(0, "127.0.0.1", () => {
  const on = { z: "tab", x: 0, y: 0 };
  const tls = { type: "tls-config", cert: "", key: "", ca: "../cert.pem", servername: process.argv[2], verifyservercert: true };
  const url = `https://127.0.0.1:${plex.address().port}/`;
  const flows = [
    { id: "tab", type: "tab" },
    { id: "tls", ...tls },
    { ...on, id: "start", type: "inject", once: true, onceDelay: 0.1, props: [], wires: [["ask"]] },
    { ...on, id: "ask", type: "http request", method: "GET", ret: "txt", url, tls: "tls", headers: [], wires: [["end"]] },
    { ...on, id: "end", type: "function", func: "global.get('got')(msg);", outputs: 0, wires: [] },
  ];
  const got = (msg) => {
    console.log(`${RED.version().replace("-git", "")}: ${msg.statusCode}, ${asked}`);
    process.exit();
  };
  mkdirSync("user");
  writeFileSync("user/flows.json", JSON.stringify(flows));
  const noPages = { httpAdminRoot: false, httpNodeRoot: false, logging: { console: { level: "off" } } };
  RED.init(require("node:http").createServer(), { userDir: "user", flowFile: "flows.json", functionGlobalContext: { got }, ...noPages });
  void RED.start();
});
setTimeout(() => process.exit(1), 60_000);
JS
(cd 4.1 && node ../check.cjs "$name") | tee seen
(cd 5.0 && node_modules/node/bin/node ../check.cjs "$name") | tee -a seen
diff seen - <<EXPECTED
4.1.15: ERR_TLS_CERT_ALTNAME_INVALID, none
5.0.7: 200, $name
EXPECTED
