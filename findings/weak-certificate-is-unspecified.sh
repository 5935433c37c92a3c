#!/usr/bin/env bash
# From Node.js 24 on, the http request node refuses a certificate with a short key, and calls the reason UNSPECIFIED.
#
# Version: Node-RED 4.1.15 and 5.0.7, on Node.js 22.23.3 and 24.21.0.
# Guess: whether a certificate is good depends on the certificate and on Node-RED, and a bad one gets a code of its own, such
#   as CERT_HAS_EXPIRED.
# What happens: Node.js 24 asks for a higher security level. A certificate with an RSA key of 1024 bits is refused although it
#   is trusted. That reason has no code of its own: msg.statusCode is "UNSPECIFIED", and a flow that looks for the known
#   codes takes it for something else. Node.js 22 accepts it.
# Who meets it: those who update Node.js, and have a router, NAS or reverse proxy in front of Plex with an old certificate.
# Seen (msg.statusCode, msg.payload up to the address):
#   4.1.15 and 5.0.7 on v22.23.3: 200, ok
#   4.1.15 and 5.0.7 on v24.21.0: UNSPECIFIED, RequestError: EE certificate key too weak
#
# Needs openssl, for the certificate.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix 4.1 node-red@4.1.15 > /dev/null
npm install --no-save --no-audit --no-fund --loglevel=error --prefix 5.0 node-red@5.0.7 node@24.21.0 > /dev/null
npm install --no-save --no-audit --no-fund --loglevel=error --prefix 22 node@22.23.3 > /dev/null
openssl req -x509 -newkey rsa:1024 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
  -addext subjectAltName=IP:127.0.0.1 2> /dev/null
old=$folder/22/node_modules/node/bin/node
new=$folder/5.0/node_modules/node/bin/node
# Node.js 24 does not serve such a certificate, either.
cat > server.cjs <<'JS'
const { readFileSync, writeFileSync } = require("node:fs");
const certificate = { key: readFileSync("key.pem"), cert: readFileSync("cert.pem") };
const server = require("node:https").createServer(certificate, (request, response) => response.end("ok"));
server.listen(0, "127.0.0.1", () => writeFileSync("port", String(server.address().port)));
JS
"$old" server.cjs &
server=$!
trap 'kill "$server"; rm -rf "$folder"' EXIT
until [ -s port ]; do sleep 0.1; done
cat > check.cjs <<'JS'
const { mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const RED = require("node:module").createRequire(`${process.cwd()}/`)("node-red");

const url = `https://127.0.0.1:${readFileSync("../port", "utf8")}/`;
const on = { z: "tab", x: 0, y: 0 };
const flows = [
  { id: "tab", type: "tab" },
  { id: "tls", type: "tls-config", cert: "", key: "", ca: "../cert.pem", servername: "", verifyservercert: true },
  { ...on, id: "start", type: "inject", once: true, onceDelay: 0.1, props: [], wires: [["ask"]] },
  { ...on, id: "ask", type: "http request", method: "GET", ret: "txt", url, tls: "tls", headers: [], wires: [["end"]] },
  { ...on, id: "end", type: "function", func: "global.get('got')(msg);", outputs: 0, wires: [] },
];
const got = (msg) => {
  console.log(`${RED.version().replace("-git", "")} on ${process.version}: ${msg.statusCode}, ${msg.payload.split(" : ")[0]}`);
  process.exit();
};
rmSync("user", { recursive: true, force: true });
mkdirSync("user");
writeFileSync("user/flows.json", JSON.stringify(flows));
const settings = { userDir: "user", flowFile: "flows.json", httpAdminRoot: false, httpNodeRoot: false };
RED.init(require("node:http").createServer(), { ...settings, logging: { console: { level: "off" } }, functionGlobalContext: { got } });
void RED.start();
setTimeout(() => process.exit(1), 60_000);
JS
for node in "$old" "$new"; do
  for version in 4.1 5.0; do
    (cd "$version" && "$node" ../check.cjs) | tee -a seen
  done
done
diff seen - <<'EXPECTED'
4.1.15 on v22.23.3: 200, ok
5.0.7 on v22.23.3: 200, ok
4.1.15 on v24.21.0: UNSPECIFIED, RequestError: EE certificate key too weak
5.0.7 on v24.21.0: UNSPECIFIED, RequestError: EE certificate key too weak
EXPECTED
