#!/usr/bin/env bash
# With the flow file in a folder, Node-RED 5.0 keeps the credentials where 4.1 does not look: back on 4.1, they are gone.
#
# Version: Node-RED 4.1.15 on Node.js 20, Node-RED 5.0.7 on Node.js 24.21.0.
# Guess: the same settings file and the same user directory give the same credentials in both.
# What happens: with flowFile "home/flows.json", 4.1 has its credentials in flows_cred.json of the user directory. 5.0 takes
#   that file where it exists, and else makes home/flows_cred.json beside the flow. 4.1 never looks there: it warns that it
#   found no credentials, and starts the flows without them. The next deploy then writes a new file.
# Who meets it: those who begin with 5.0 and go back, and whose backup takes only *_cred.json of the user directory.
# Seen (a password that was deployed, and where the credentials are):
#   4.1.15: secret, flows_cred.json
#   5.0.7, after 4.1.15: secret, flows_cred.json
#   5.0.7: secret, home/flows_cred.json
#   4.1.15, after 5.0.7: none, home/flows_cred.json
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix 4.1 node-red@4.1.15 > /dev/null
npm install --no-save --no-audit --no-fund --loglevel=error --prefix 5.0 node-red@5.0.7 node@24.21.0 > /dev/null
mkdir -p old/home new/home
cat > check.cjs <<'JS'
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const RED = require("node:module").createRequire(`${process.cwd()}/`)("node-red");

const [userDir, first, label] = process.argv.slice(2);
const settings = { userDir, flowFile: "home/flows.json", credentialSecret: "a secret", httpAdminRoot: false, httpNodeRoot: false };
RED.init(require("node:http").createServer(), { ...settings, logging: { console: { level: "off" } } });
const started = () => new Promise((resolve) => RED.events.once("flows:started", resolve));
const proxy = { id: "proxy", type: "http proxy", name: "", url: "http://127.0.0.1:1", noproxy: [] };
void (async () => {
  const ready = started();
  await RED.start();
  await ready;
  if (first === "first") {
    const deployed = started();
    const flows = [{ ...proxy, credentials: { username: "me", password: "secret" } }];
    await RED.runtime.flows.setFlows({ flows: { flows }, deploymentType: "full" });
    await deployed;
  }
  const kept = await RED.runtime.flows.getNodeCredentials({ type: "http-proxy", id: "proxy" });
  const files = ["flows_cred.json", "home/flows_cred.json"].filter((file) => existsSync(join(userDir, file)));
  console.log(`${label}: ${kept.has_password ? "secret" : "none"}, ${files.join(" and ")}`);
  process.exit();
})();
setTimeout(() => process.exit(1), 60_000);
JS
old() { (cd 4.1 && node ../check.cjs "$@"); }
new() { (cd 5.0 && node_modules/node/bin/node ../check.cjs "$@"); }
old "$folder/old" first "4.1.15" | tee seen
new "$folder/old" again "5.0.7, after 4.1.15" | tee -a seen
new "$folder/new" first "5.0.7" | tee -a seen
old "$folder/new" again "4.1.15, after 5.0.7" | tee -a seen
diff seen - <<'EXPECTED'
4.1.15: secret, flows_cred.json
5.0.7, after 4.1.15: secret, flows_cred.json
5.0.7: secret, home/flows_cred.json
4.1.15, after 5.0.7: none, home/flows_cred.json
EXPECTED
