#!/usr/bin/env bash
# @lukehagar/plexjs takes the server's event stream as application/octet-stream only, and fails on text/event-stream.
#
# Version: @lukehagar/plexjs 0.43.0, seen on Node.js 20 and 24.
# Guess: events.getNotifications() opens /:/eventsource/notifications as Server-Sent Events.
# What happens: it asks with `Accept: application/octet-stream`, as Plex's OpenAPI document calls the answer. An answer of
#   the type that Server-Sent Events have, text/event-stream (so Plex's older API text, and what users report of their
#   servers), ends in "Unexpected Status or Content-Type", with status 200 and an empty body. The same bytes as
#   application/octet-stream come through, as a raw stream: to cut them into events is left to the caller.
# Who meets it: whoever wants "a film started" from this client, directly or through a proxy that sets the type.
# Seen:
#   Accept: application/octet-stream
#   text/event-stream        → SDKError: Unexpected Status or Content-Type: Status 200 Content-Type text/event-stream. Body: ""
#   application/octet-stream → "event: ping\ndata: {}\n\n"
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error @lukehagar/plexjs@0.43.0 > /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import http from "node:http";
import { PlexAPI } from "@lukehagar/plexjs";

async function listen(type) {
  let accept;
  const server = http.createServer((request, response) => {
    accept = request.headers.accept;
    response.writeHead(200, { "Content-Type": type }).write("event: ping\ndata: {}\n\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new PlexAPI({ serverURL: `http://127.0.0.1:${server.address().port}`, token: "0123456789abcdefghij" });
  try {
    const { responseStream } = await client.events.getNotifications({});
    const { value } = await responseStream.getReader().read();
    return [accept, JSON.stringify(new TextDecoder().decode(value))];
  } catch (error) {
    return [accept, `${error.name}: ${error.message}`];
  }
}

const [accept, refused] = await listen("text/event-stream");
const [, taken] = await listen("application/octet-stream");
console.log("Accept:", accept);
console.log("text/event-stream        →", refused);
console.log("application/octet-stream →", taken);
assert.equal(accept, "application/octet-stream");
assert.match(refused, /^SDKError: Unexpected Status or Content-Type: Status 200/);
assert.equal(taken, JSON.stringify("event: ping\ndata: {}\n\n"));
process.exit(0);
JS
node check.mjs
