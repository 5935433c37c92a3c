#!/usr/bin/env bash
# The Plex clients for Node.js hand the token to whatever host a redirect names.
#
# Versions: @ctrl/plex 3.12.1, @lukehagar/plexjs 0.43.0, plex-api 5.3.2, got 14.6.6, Node.js' own fetch; seen on Node.js 20 and 24.
# Guess: a redirect to another host drops the credentials, as these libraries promise for the Authorization header.
# What happens: they drop `Authorization` (and `Cookie`), but Plex's credential is a header of its own, X-Plex-Token, and
#   that goes along, to another host name, and unencrypted where the redirect leads to http.
# Who meets it: servers behind a reverse proxy or a forwarding DNS name, and whoever moves a server and leaves a redirect
#   behind. The new host gets a token with all rights of its owner. To keep it: `followRedirect: false` (got),
#   `redirect: "manual"` (fetch), `fetchOptions: { redirect: "manual" }` with each call (plexjs),
#   `requestOptions: { followRedirect: false }` (plex-api). @ctrl/plex has no option for it.
# Seen (127.0.0.1 redirects to localhost; what localhost got):
#   @ctrl/plex        X-Plex-Token yes
#   @lukehagar/plexjs X-Plex-Token yes
#   plex-api          X-Plex-Token yes
#   got               X-Plex-Token yes, Authorization no
#   fetch             X-Plex-Token yes, Authorization no
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error @ctrl/plex@3.12.1 @lukehagar/plexjs@0.43.0 plex-api@5.3.2 got@14.6.6 > /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import http from "node:http";
import { PlexServer } from "@ctrl/plex";
import { PlexAPI } from "@lukehagar/plexjs";
import got from "got";
import Classic from "plex-api";

const token = "0123456789abcdefghij";
let received;
const other = http.createServer((request, response) => {
  received = request.headers;
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end('{"MediaContainer":{"size":0,"claimed":true,"machineIdentifier":"0123456789abcdef","version":"1.43.4"}}');
});
const first = http.createServer((request, response) => {
  response.writeHead(302, { Location: `http://localhost:${other.address().port}${request.url}` }).end();
});
for (const server of [other, first]) await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = first.address();
const url = `http://127.0.0.1:${port}`;
const headers = { "X-Plex-Token": token, Authorization: "Bearer abc" };

const clients = {
  "@ctrl/plex": () => new PlexServer(url, token).query("/identity"),
  "@lukehagar/plexjs": () => new PlexAPI({ serverURL: url, token }).general.getIdentity(),
  "plex-api": () => new Classic({ hostname: "127.0.0.1", port, token }).query("/identity"),
  got: () => got(`${url}/identity`, { headers }),
  fetch: () => fetch(`${url}/identity`, { headers }),
};
for (const [name, ask] of Object.entries(clients)) {
  received = {};
  await ask();
  const authorization = name in { got, fetch } ? `, Authorization ${"authorization" in received ? "yes" : "no"}` : "";
  console.log(name.padEnd(17), "X-Plex-Token", received["x-plex-token"] === token ? `yes${authorization}` : `no${authorization}`);
  assert.match(received.host, /^localhost:/);
  assert.equal(received["x-plex-token"], token);
  assert.equal(received.authorization, undefined);
}
process.exit(0);
JS
NO_PROXY=127.0.0.1,localhost node --no-deprecation check.mjs
