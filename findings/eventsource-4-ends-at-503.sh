#!/usr/bin/env bash
# eventsource 2 comes back when Plex restarts; eventsource 4, the same code around it, stops listening for good.
#
# Versions: eventsource 2.0.2 and 4.1.1, seen on Node.js 20 and 24. (5.1.5, for Node.js 22 and newer, does as 4.1.1.)
# Guess: an EventSource reconnects by itself, whatever the server did in between; an update does not change that.
# What happens: eventsource 2 tries again after 500, 502, 503 and 504. From version 3 on it follows the standard to the
#   letter: any status but 200 closes the stream for ever. A server that restarts refuses connections at first, which is
#   survived; while it is busy with its startup tasks, or a reverse proxy waits for it, the answer is 502 or 503. One try
#   in that time, and no event comes any more. There is one `error` event, as before each reconnect, with nothing but
#   `readyState` 2 (CLOSED) and `code` 503 to tell them apart.
# Who meets it: automations on /:/eventsource/notifications, in the night after the server's update.
# Seen (a server that sends an event, ends the stream, answers 503 once, and then sends again):
#   eventsource 2.0.2: requests 3, events ping playing, readyState 1
#   eventsource 4.1.1: requests 2, events ping, readyState 2
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error eventsource-2@npm:eventsource@2.0.2 eventsource-4@npm:eventsource@4.1.1 > /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import http from "node:http";
import Two from "eventsource-2";
import { EventSource as Four } from "eventsource-4";

async function watch(version, Source) {
  let requests = 0;
  const server = http.createServer((request, response) => {
    requests += 1;
    if (requests === 2) {
      response.writeHead(503, { "Content-Type": "text/html" });
      return response.end("<html><head><title>Service Unavailable</title></head><body><h1>503 Service Unavailable</h1></body></html>");
    }
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    if (requests === 1) return response.end("event: ping\ndata: {}\n\n");
    response.write('event: playing\ndata: {"PlaySessionStateNotification":{"sessionKey":"1","state":"playing"}}\n\n');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const source = new Source(`http://127.0.0.1:${server.address().port}/:/eventsource/notifications`);
  const events = [];
  for (const name of ["ping", "playing"]) source.addEventListener(name, () => events.push(name));
  // Longer than both take to come back twice: 1 s (2.0.2) and 3 s (4.1.1) after each end.
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  const seen = { requests, events: events.join(" "), readyState: source.readyState };
  console.log(`eventsource ${version}: requests ${requests}, events ${seen.events}, readyState ${seen.readyState}`);
  source.close();
  return seen;
}

const [two, four] = await Promise.all([watch("2.0.2", Two), watch("4.1.1", Four)]);
assert.deepEqual(two, { requests: 3, events: "ping playing", readyState: 1 });
assert.deepEqual(four, { requests: 2, events: "ping", readyState: 2 });
process.exit(0);
JS
node check.mjs
