#!/usr/bin/env bash
# plex-api's find() looks at the last criterion only, and takes it for a part of the value.
#
# Version: plex-api 5.3.2, seen on Node.js 20 and 24.
# Guess: find("/library/sections", { type: "movie", title: "Kids" }) returns the film libraries called Kids.
# What happens: each criterion's result overwrites that of the one before, so all but the last count for nothing, and the
#   order of the properties decides what is found. The value is a regular expression without anchors: "TV" finds
#   "TV Shows", and a title with "(", "." or "?" in it means something else.
# Who meets it: flows that pick one player out of /clients by name and product, then tell it to play: the command goes to
#   another player.
# Seen:
#   {"product":"Plex for Android","name":"Bedroom"} → ["Bedroom","Bedroom Speaker"]
#   {"name":"Bedroom","product":"Plex for Android"} → ["Kitchen","Bedroom"]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error plex-api@5.3.2 > /dev/null
cat > check.cjs <<'JS'
const assert = require("node:assert/strict");
const http = require("node:http");
const PlexAPI = require("plex-api");

const players = [
  { name: "Kitchen", product: "Plex for Android", machineIdentifier: "p1" },
  { name: "Bedroom", product: "Plex for Android", machineIdentifier: "p2" },
  { name: "Bedroom Speaker", product: "Plexamp", machineIdentifier: "p3" },
];
const server = http.createServer((request, response) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ MediaContainer: { size: players.length, Server: players } }));
});
server.listen(0, "127.0.0.1", async () => {
  const client = new PlexAPI({ hostname: "127.0.0.1", port: server.address().port, token: "0123456789abcdefghij" });
  const find = async (criteria) => {
    const names = (await client.find("/clients", criteria)).map(({ name }) => name);
    console.log(JSON.stringify(criteria), "→", JSON.stringify(names));
    return names;
  };
  assert.deepEqual(await find({ product: "Plex for Android", name: "Bedroom" }), ["Bedroom", "Bedroom Speaker"]);
  assert.deepEqual(await find({ name: "Bedroom", product: "Plex for Android" }), ["Kitchen", "Bedroom"]);
  process.exit(0);
});
JS
NO_PROXY=127.0.0.1,localhost node --no-deprecation check.cjs
