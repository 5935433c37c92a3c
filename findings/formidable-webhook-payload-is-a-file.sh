#!/usr/bin/env bash
# formidable turns the payload of a Plex webhook into a file in the temporary folder; multer and multiparty do not.
#
# Versions: formidable 3.5.4, multer 2.5.0, multiparty 4.3.1, seen on Node.js 20 and 24.
# Guess: a form's part without a filename is a field, so `fields.payload` is the JSON text. It is with multer (and so in
#   Node-RED's http in node), multiparty, busboy and fetch's formData().
# What happens: Plex gives the part a type of its own, Content-Type: application/json, and to formidable a part with a
#   type is a file. `fields` is empty; the event is in `files.payload[0]`, without a name, as a file on the disk that
#   nobody removes: one for each play, pause and stop of everybody in the house, with the names of users and films.
#   With `filter`, or an `onPart` that lets only pictures through, the event is gone altogether.
# Who meets it: webhook receivers on formidable, or on what is built on it (koa-body).
# Seen:
#   formidable 3.5.4: fields [], files ["payload","thumb"], payload in a file of the temporary folder: true
#   multer 2.5.0:     fields ["payload"], files ["thumb"]
#   multiparty 4.3.1: fields ["payload"], files ["thumb"]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir tmp
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error formidable@3.5.4 multer@2.5.0 multiparty@4.3.1 > /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import formidable from "formidable";
import multer from "multer";
import multiparty from "multiparty";

const payload = JSON.stringify({
  event: "media.pause",
  user: true,
  owner: true,
  Account: { id: 1, title: "owner" },
  Server: { title: "Home", uuid: "0123456789abcdef" },
  Player: { local: true, title: "TV", uuid: "p1" },
  Metadata: { type: "movie", ratingKey: "7", title: "Paper Harbour" },
});
const line = "------------------------0123456789abcdef";
const part = (head, content) => Buffer.concat([Buffer.from(`--${line}\r\n${head}\r\n\r\n`), Buffer.from(content), Buffer.from("\r\n")]);
const body = Buffer.concat([
  part('Content-Disposition: form-data; name="payload"\r\nContent-Type: application/json', payload),
  part('Content-Disposition: form-data; name="thumb"; filename="thumb.jpg"\r\nContent-Type: image/jpeg', [0xff, 0xd8, 0xff, 0xd9]),
  Buffer.from(`--${line}--\r\n`),
]);

const receivers = {
  "formidable 3.5.4": async (request) => {
    const [fields, files] = await formidable({}).parse(request);
    return { fields, files };
  },
  "multer 2.5.0": (request) =>
    new Promise((resolve, reject) =>
      multer().any()(request, {}, (error) =>
        error ? reject(error) : resolve({ fields: request.body, files: Object.fromEntries(request.files.map((file) => [file.fieldname, file])) }),
      ),
    ),
  "multiparty 4.3.1": (request) =>
    new Promise((resolve, reject) =>
      new multiparty.Form().parse(request, (error, fields, files) => (error ? reject(error) : resolve({ fields, files }))),
    ),
};
for (const [name, receive] of Object.entries(receivers)) {
  let parsed;
  const server = http.createServer(async (request, response) => {
    parsed = await receive(request);
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const headers = { "Content-Type": `multipart/form-data; boundary=${line}` };
  await fetch(`http://127.0.0.1:${server.address().port}/plex`, { method: "POST", headers, body });
  const { fields, files } = parsed;
  const names = [Object.keys(fields), Object.keys(files).sort()];
  const shown = `fields ${JSON.stringify(names[0])}, files ${JSON.stringify(names[1])}`;
  if (name.startsWith("formidable")) {
    assert.deepEqual(names, [[], ["payload", "thumb"]]);
    const [file] = files.payload;
    const onDisk = file.filepath.startsWith(os.tmpdir()) && existsSync(file.filepath) && readFileSync(file.filepath, "utf8") === payload;
    console.log(`${name}: ${shown}, payload in a file of the temporary folder: ${onDisk}`);
    assert.equal(file.originalFilename, null);
    assert.equal(onDisk, true);
  } else {
    console.log(`${name}:`.padEnd(17), shown);
    assert.deepEqual(names, [["payload"], ["thumb"]]);
    assert.equal([fields.payload].flat()[0], payload);
  }
}
process.exit(0);
JS
TMPDIR="$folder/tmp" node check.mjs
