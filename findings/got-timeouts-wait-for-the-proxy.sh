#!/usr/bin/env bash
# None of got's timeouts ends a request while a proxy agent opens the tunnel; ending the agent does not end the tunnel.
#
# Versions: got 14.6.6 with hpagent 1.2.0 and with https-proxy-agent 7.0.6, seen on Node.js 20 and 24.
# Guess: `timeout: { request: 500 }` is over after half a second, whatever is slow, and agent.destroy() closes what the agent
#   opened.
# What happens: got destroys its request, but Node.js tells nobody of that before the request has a socket, and it gets one
#   only when the proxy has answered CONNECT. So the promise stays pending for as long as the proxy takes: `request`,
#   `connect` and `socket` alike. The connection to the proxy belongs to neither the request nor the agent's list of
#   sockets: after agent.destroy() it is still open.
#   An AbortSignal does end got's promise in time (the tunnel still opens). hpagent's own option `timeout`, which its
#   README does not speak of, ends both.
# Who meets it: programs behind a company's or a VPN's proxy while that is busy: they have set 10 seconds, and wait for as
#   long as the proxy does.
# Seen (a proxy that answers 403 after 3 s; got's limit is 500 ms):
#   hpagent, timeout.request              over after about 3 s; after agent.destroy() tunnels open: 1
#   hpagent, timeout.connect              over after about 3 s; after agent.destroy() tunnels open: 1
#   hpagent, timeout.socket               over after about 3 s; after agent.destroy() tunnels open: 1
#   https-proxy-agent, timeout.request    over after about 3 s; after agent.destroy() tunnels open: 1
#   hpagent, AbortSignal                  over after about 0.5 s; after agent.destroy() tunnels open: 1
#   hpagent, its own timeout              over after about 0.5 s; after agent.destroy() tunnels open: 0
#   no proxy, timeout.request             over after about 0.5 s; after agent.destroy() tunnels open: 0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error got@14.6.6 hpagent@1.2.0 https-proxy-agent@7.0.6 > /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import https from "node:https";
import net from "node:net";
import got from "got";
import hpagent from "hpagent";
import { HttpsProxyAgent } from "https-proxy-agent";

const limit = 500;
const slowness = 3000;
async function measure(name, makeAgent, options, expected) {
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.resume();
    setTimeout(() => socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"), slowness);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const agent = makeAgent(`http://127.0.0.1:${port}`);
  const url = name.startsWith("no proxy") ? `https://127.0.0.1:${port}/identity` : "https://server.example.org:32400/identity";
  const start = Date.now();
  const asked = got(url, { agent: { https: agent }, retry: { limit: 0 }, ...options() }).catch(() => Date.now() - start);
  await new Promise((resolve) => setTimeout(resolve, limit * 3));
  agent.destroy();
  await new Promise((resolve) => setTimeout(resolve, limit));
  const open = sockets.size;
  const over = Math.round((await asked) / 500) / 2;
  console.log(name.padEnd(37), `over after about ${over} s; after agent.destroy() tunnels open: ${open}`);
  assert.deepEqual([over >= slowness / 1000 - 0.5 ? "late" : "in time", open], expected);
  server.close();
}
const hp = (proxy) => new hpagent.HttpsProxyAgent({ proxy });
await measure("hpagent, timeout.request", hp, () => ({ timeout: { request: limit } }), ["late", 1]);
await measure("hpagent, timeout.connect", hp, () => ({ timeout: { connect: limit } }), ["late", 1]);
await measure("hpagent, timeout.socket", hp, () => ({ timeout: { socket: limit } }), ["late", 1]);
await measure("https-proxy-agent, timeout.request", (proxy) => new HttpsProxyAgent(proxy), () => ({ timeout: { request: limit } }), ["late", 1]);
await measure("hpagent, AbortSignal", hp, () => ({ signal: AbortSignal.timeout(limit) }), ["in time", 1]);
await measure("hpagent, its own timeout", (proxy) => new hpagent.HttpsProxyAgent({ proxy, timeout: limit }), () => ({}), ["in time", 0]);
await measure("no proxy, timeout.request", () => new https.Agent(), () => ({ timeout: { request: limit } }), ["in time", 0]);
process.exit(0);
JS
node check.mjs
