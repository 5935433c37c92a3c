#!/usr/bin/env bash
# A token in the address makes chromecast-api announce every Plex song and picture as a video.
#
# Version: chromecast-api 0.4.2 (with castv2-client 1.2.0), seen on Node.js 20 and 24.
# Guess: device.play(url) knows an MP3 from a JPEG by the end of the path, with or without a query.
# What happens: it looks for the ending at the end of the whole address. A Plex stream or poster for a device that can send
#   no headers has its token in the query, so the ending found is "mp3?x-plex-token=…", unknown, and the device is told
#   video/mp4. For a poster that also turns autoplay on. Play lists (m3u8) are announced as video/mp2t without a
#   query, and as video/mp4 with one. Give the type yourself: device.play({ url, contentType }).
# Who meets it: flows that cast Plex music, posters or transcodes to a Chromecast, a Nest speaker or a TV.
# Seen (what the Cast device is told):
#   file.mp3                    audio/mpeg  autoplay
#   file.mp3?X-Plex-Token=…     video/mp4   autoplay
#   poster.jpg                  image/jpeg  no autoplay
#   poster.jpg?X-Plex-Token=…   video/mp4   autoplay
#   start.m3u8                  video/mp2t  autoplay
#   start.m3u8?X-Plex-Token=…   video/mp4   autoplay
#   file.mp3?X-Plex-Token=… with contentType audio/mpeg: audio/mpeg
#
# Needs openssl, for the certificate of the Cast device, which castv2's own server plays.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error chromecast-api@0.4.2 castv2-client@1.2.0 castv2@0.1.10 > /dev/null
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=cast 2> /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import castv2 from "castv2";
import Device from "chromecast-api/lib/device.js";

// castv2 reads its protocol description after it was loaded, and says not when it is done.
await new Promise((resolve) => setTimeout(resolve, 3000));
const cast = new castv2.Server({ key: readFileSync("key.pem"), cert: readFileSync("cert.pem") });
let told;
cast.on("message", (client, source, destination, namespace, text) => {
  const message = JSON.parse(text);
  const reply = (body) => cast.send(client, destination, source, namespace, JSON.stringify({ requestId: message.requestId, ...body }));
  const applications = [{ appId: "CC1AD845", sessionId: "s1", transportId: "t1", namespaces: [] }];
  if (message.type === "PING") reply({ type: "PONG" });
  else if (namespace.endsWith("cast.receiver")) reply({ type: "RECEIVER_STATUS", status: { applications, volume: { level: 1 } } });
  else if (namespace.endsWith("cast.media")) {
    told = message;
    reply({ type: "MEDIA_STATUS", status: [{ mediaSessionId: 1, playerState: "PLAYING", media: message.media }] });
  }
});
await new Promise((resolve) => cast.listen(0, "127.0.0.1", resolve));
const device = new Device({ name: "tv", friendlyName: "TV", host: { host: "127.0.0.1", port: cast.server.address().port } });

async function play(resource) {
  await new Promise((resolve, reject) => device.play(resource, (error) => (error ? reject(error) : resolve())));
  return [told.media.contentType, told.autoplay ? "autoplay" : "no autoplay"];
}
const base = "http://192.168.1.10:32400/library/parts/1/1700000000/";
const token = "?X-Plex-Token=transient-00000000-0000-4000-8000-000000000000";
const expected = { "file.mp3": ["audio/mpeg", "autoplay"], "poster.jpg": ["image/jpeg", "no autoplay"], "start.m3u8": ["video/mp2t", "autoplay"] };
for (const [file, plain] of Object.entries(expected)) {
  const bare = await play(base + file);
  const withToken = await play(base + file + token);
  console.log(file.padEnd(27), ...bare.map((word) => word.padEnd(11)));
  console.log(`${file}?X-Plex-Token=…`.padEnd(27), ...withToken.map((word) => word.padEnd(11)));
  assert.deepEqual(bare, plain);
  assert.deepEqual(withToken, ["video/mp4", "autoplay"]);
}
const [told2] = await play({ url: `${base}file.mp3${token}`, contentType: "audio/mpeg" });
console.log("file.mp3?X-Plex-Token=… with contentType audio/mpeg:", told2);
assert.equal(told2, "audio/mpeg");
process.exit(0);
JS
node --no-deprecation check.mjs
