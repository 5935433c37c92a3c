#!/usr/bin/env bash
# upnp-mediarenderer-client writes the stream's address into your metadata, and never answers the TV's events.
#
# Version: upnp-mediarenderer-client 1.4.0 (with upnp-device-client 1.0.2; dlnacasts2 is built on it), seen on Node.js 20 and 24.
# Guess: load(url, { metadata }) reads the metadata; and who hears of `status` has answered the device.
# What happens: load() adds `url` and `protocolInfo` to the object that it was given. In a flow that object is often
#   part of the message: from then on the message holds the address of the Plex stream with its token, for every debug
#   node, file and broker that it comes to.
#   And the small server that it opens for the TV's events reads each NOTIFY request, tells its listeners, and sends
#   no response, ever. UPnP wants a 200 within 30 seconds; until the TV gives up, each event holds one of its connections.
# Who meets it: flows that play Plex streams on a DLNA TV, hi-fi or speaker and wait for "stopped".
# Seen:
#   metadata before: {"type":"video","title":"Paper Harbour"}
#   metadata after:  {"type":"video","title":"Paper Harbour","url":"http://192.168.1.10:32400/library/parts/1/1/file.mp4?X-Plex-Token=transient-1","protocolInfo":"http-get:*:video/mp4:*"}
#   status event: PLAYING
#   the TV's event was answered within 5 s: false
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error upnp-mediarenderer-client@1.4.0 upnp-device-client@1.0.2 > /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import http from "node:http";
import Renderer from "upnp-mediarenderer-client";

// A renderer with what the client asks for: a description, three services, their actions, and a subscription.
const service = (name) => `<service><serviceType>urn:schemas-upnp-org:service:${name}:1</serviceType>
  <serviceId>urn:upnp-org:serviceId:${name}</serviceId><SCPDURL>/${name}.xml</SCPDURL>
  <controlURL>/control</controlURL><eventSubURL>/event</eventSubURL></service>`;
const device = `<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>
  <deviceType>urn:schemas-upnp-org:device:MediaRenderer:1</deviceType><friendlyName>TV</friendlyName><manufacturer>A</manufacturer>
  <modelName>B</modelName><UDN>uuid:1</UDN><serviceList>${["AVTransport", "ConnectionManager", "RenderingControl"].map(service).join("")}</serviceList></device></root>`;
const actions = ["SetAVTransportURI", "Play"].map((name) => `<action><name>${name}</name><argumentList/></action>`).join("");
const scpd = `<?xml version="1.0"?><scpd xmlns="urn:schemas-upnp-org:service-1-0"><actionList>${actions}</actionList>
  <serviceStateTable><stateVariable><name>LastChange</name><dataType>string</dataType></stateVariable></serviceStateTable></scpd>`;
const done = '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>';
let tellAddress;
const address = new Promise((resolve) => (tellAddress = resolve));
const tv = http.createServer((request, response) => {
  request.resume();
  if (request.method === "SUBSCRIBE") {
    response.writeHead(200, { SID: "uuid:2", TIMEOUT: "Second-300" }).end();
    tellAddress(new URL(request.headers.callback.slice(1, -1)));
  } else response.end(request.url === "/device.xml" ? device : request.url === "/control" ? done : scpd);
});
await new Promise((resolve) => tv.listen(0, "127.0.0.1", resolve));

const client = new Renderer(`http://127.0.0.1:${tv.address().port}/device.xml`);
const metadata = { type: "video", title: "Paper Harbour" };
const url = "http://192.168.1.10:32400/library/parts/1/1/file.mp4?X-Plex-Token=transient-1";
console.log("metadata before:", JSON.stringify(metadata));
await new Promise((resolve, reject) =>
  client.load(url, { contentType: "video/mp4", autoplay: true, metadata }, (error) => (error ? reject(error) : resolve())),
);
console.log("metadata after: ", JSON.stringify(metadata));
assert.equal(metadata.url, url);

let state;
client.on("status", (event) => (state = event.TransportState));
const { hostname, port } = await address;
await new Promise((resolve) => setTimeout(resolve, 500));
const change = '<Event xmlns="urn:schemas-upnp-org:metadata-1-0/AVT/"><InstanceID val="0"><TransportState val="PLAYING"/></InstanceID></Event>';
const escaped = change.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const event = `<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0"><e:property><LastChange>${escaped}</LastChange></e:property></e:propertyset>`;
const headers = { NT: "upnp:event", NTS: "upnp:propchange", SID: "uuid:2", SEQ: "0", "Content-Type": "text/xml" };
let answered = false;
http.request({ hostname, port, method: "NOTIFY", path: "/", headers }, () => (answered = true)).end(event);
await new Promise((resolve) => setTimeout(resolve, 5000));
console.log("status event:", state);
console.log("the TV's event was answered within 5 s:", answered);
assert.equal(state, "PLAYING");
assert.equal(answered, false);
process.exit(0);
JS
node --no-deprecation check.mjs
