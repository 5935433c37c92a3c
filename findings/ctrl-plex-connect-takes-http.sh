#!/usr/bin/env bash
# @ctrl/plex sends the server's token unencrypted although https works, and may stay there.
#
# Version: @ctrl/plex 3.12.1, seen on Node.js 20 and 24.
# Guess: MyPlexResource.connect() takes the https address that plex.tv lists, as its documentation says that
#   HTTPS comes before HTTP, and tries plain http only where https fails.
# What happens: it makes a second address, http://address:port, of every connection, asks all of them at once, each with
#   the accessToken in a header, and keeps whichever answers first. Plex Media Server speaks http and https on one port.
#   So the token crosses the network in the clear each time, for a remote server the internet; and where http was first,
#   all later requests of that PlexServer go unencrypted too. With both on one machine, http was first in 5 of 10
#   programs' first call, and in 3 of 40 calls of one program.
# Who meets it: everyone who calls resource.connect() without `true` (ssl) as its first argument.
# Seen (the third line is a race, and not checked):
#   http://127.0.0.1 asked with the token: true
#   https://localhost asked with the token: true
#   the server it keeps: http://127.0.0.1
#   with connect(true): https://localhost
#
# Needs openssl, for a certificate.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error @ctrl/plex@3.12.1 > /dev/null
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost 2> /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { MyPlexResource } from "@ctrl/plex";

const accessToken = "0123456789abcdefghij";
const asked = new Map();
function answer(request, response) {
  const scheme = request.socket.encrypted ? "https" : "http";
  asked.set(scheme, request.headers["x-plex-token"] === accessToken);
  const body = { MediaContainer: { size: 0, friendlyName: "Home", machineIdentifier: "0123456789abcdef", ownerFeatures: "" } };
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
// Like Plex Media Server: http and https on one port. The first byte of a TLS handshake is 22.
const plain = http.createServer(answer);
const secure = https.createServer({ key: readFileSync("key.pem"), cert: readFileSync("cert.pem") }, answer);
const server = net.createServer((socket) =>
  socket.once("data", (bytes) => {
    socket.pause();
    socket.unshift(bytes);
    (bytes[0] === 22 ? secure : plain).emit("connection", socket);
    process.nextTick(() => socket.resume());
  }),
);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();

// As plex.tv lists it: the name belongs to the certificate, the address is where the name leads.
const connection = { protocol: "https", address: "127.0.0.1", port, uri: `https://localhost:${port}`, local: true, relay: false };
const device = { name: "Home", accessToken, owned: true, clientIdentifier: "0123456789abcdef", provides: "server", connections: [connection] };
const resource = () => new MyPlexResource(null, device);

const kept = await resource().connect();
await new Promise((resolve) => setTimeout(resolve, 1000));
const secureOnly = await resource().connect(true);
const withoutPort = ({ baseurl }) => baseurl.replace(/:\d+$/, "");
console.log("http://127.0.0.1 asked with the token:", asked.get("http"));
console.log("https://localhost asked with the token:", asked.get("https"));
console.log("the server it keeps:", withoutPort(kept));
console.log("with connect(true):", withoutPort(secureOnly));
// Which of the two answers first is a race; that both get the token is not.
assert.equal(asked.get("http"), true);
assert.equal(asked.get("https"), true);
assert.equal(withoutPort(secureOnly), "https://localhost");
process.exit(0);
JS
NODE_EXTRA_CA_CERTS=cert.pem node check.mjs
