#!/usr/bin/env bash
# hpagent asks the proxy for a tunnel even to plain http, and writes an IPv6 address without its brackets.
#
# Versions: hpagent 1.2.0 (which Node-RED's http request node uses), beside http-proxy-agent 7.0.2 and
#   https-proxy-agent 7.0.6; seen on Node.js 20 and 24.
# Guess: for http://server:32400 a proxy is asked as browsers and curl ask it: GET with the whole address. And
#   [fd00::10]:32400 stays that in a CONNECT line.
# What happens: HttpProxyAgent sends CONNECT for http too. The configuration that Debian ships with Squid (5.7) denies
#   CONNECT to all ports but 443 (`http_access deny CONNECT !SSL_ports`) and lets a GET to port 32400 through (Safe_ports):
#   a browser reaches the server through the proxy that answers hpagent 403. And CONNECT fd00::10:32400 is no authority:
#   where the address ends and the port begins is anybody's guess. hpagent sends the same as the Host header.
# Who meets it: a Plex server on plain http or with an IPv6 address, reached through a proxy.
# Seen (the proxy's side):
#   hpagent, http:            CONNECT 192.168.1.10:32400 HTTP/1.1
#   http-proxy-agent, http:   GET http://192.168.1.10:32400/identity HTTP/1.1
#   hpagent, IPv6:            CONNECT fd00::10:32400 HTTP/1.1
#   https-proxy-agent, IPv6:  CONNECT [fd00::10]:32400 HTTP/1.1
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error hpagent@1.2.0 http-proxy-agent@7.0.2 https-proxy-agent@7.0.6 > /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import hpagent from "hpagent";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";

let line;
const server = net.createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", (bytes) => {
    [line] = bytes.toString().split("\r\n");
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const proxy = `http://127.0.0.1:${server.address().port}`;

async function ask(name, { get }, url, agent) {
  await new Promise((resolve) => get(url, { agent }, (response) => response.resume().on("end", resolve)).on("error", resolve));
  console.log(`${name}:`.padEnd(25), line);
  return line;
}
const plain = "http://192.168.1.10:32400/identity";
const six = "https://[fd00::10]:32400/identity";
const lines = [
  await ask("hpagent, http", http, plain, new hpagent.HttpProxyAgent({ proxy })),
  await ask("http-proxy-agent, http", http, plain, new HttpProxyAgent(proxy)),
  await ask("hpagent, IPv6", https, six, new hpagent.HttpsProxyAgent({ proxy })),
  await ask("https-proxy-agent, IPv6", https, six, new HttpsProxyAgent(proxy)),
];
assert.deepEqual(lines, [
  "CONNECT 192.168.1.10:32400 HTTP/1.1",
  "GET http://192.168.1.10:32400/identity HTTP/1.1",
  "CONNECT fd00::10:32400 HTTP/1.1",
  "CONNECT [fd00::10]:32400 HTTP/1.1",
]);
process.exit(0);
JS
node check.mjs
