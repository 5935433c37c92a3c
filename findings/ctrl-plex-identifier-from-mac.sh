#!/usr/bin/env bash
# @ctrl/plex makes its X-Plex-Client-Identifier of the machine's MAC address: a container that is made anew is a new device.
#
# Version: @ctrl/plex 3.12.1, seen on Node.js 20 and 24.
# Guess: the identifier is an option, or random and kept, as Plex asks for: unique for each installation of an app, and it
#   does not change.
# What happens: on import the library reads the MAC address of the first network interface and sends it, as a hexadecimal
#   number, to every server and to plex.tv. There is no option for another one. So
#   - all programs on one machine that use the library are one and the same device to Plex;
#   - a container has the MAC address that its network gave it: with another one it is another device, and one more in the
#     account's list;
#   - the hardware address of a computer leaves the house.
# Who meets it: everyone who runs a tool with this library in a container, or two such tools on one host.
# Seen (the interface is made up, and given to the library in place of the machine's):
#   eth0 02:42:ac:11:00:02 → X-Plex-Client-Identifier 0x242ac110002
#   eth0 02:42:ac:11:00:03 → X-Plex-Client-Identifier 0x242ac110003
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error @ctrl/plex@3.12.1 > /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import http from "node:http";
import os from "node:os";
import { syncBuiltinESMExports } from "node:module";

const [mac, expected] = process.argv.slice(2);
const address = { address: "172.17.0.2", netmask: "255.255.0.0", family: "IPv4", mac, internal: false, cidr: "172.17.0.2/16" };
os.networkInterfaces = () => ({ eth0: [address] });
syncBuiltinESMExports();
const { PlexServer } = await import("@ctrl/plex");

let sent;
const server = http.createServer((request, response) => {
  sent = request.headers["x-plex-client-identifier"];
  response.writeHead(200, { "Content-Type": "application/json" }).end('{"MediaContainer":{"size":0}}');
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
await new PlexServer(`http://127.0.0.1:${server.address().port}`, "0123456789abcdefghij").query("/identity");
console.log(`eth0 ${mac} → X-Plex-Client-Identifier ${sent}`);
assert.equal(sent, expected);
process.exit(0);
JS
node check.mjs 02:42:ac:11:00:02 0x242ac110002
node check.mjs 02:42:ac:11:00:03 0x242ac110003
