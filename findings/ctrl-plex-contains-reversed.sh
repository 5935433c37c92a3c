#!/usr/bin/env bash
# In @ctrl/plex, `title__contains` asks whether the wanted text contains the title, not the reverse.
#
# Version: @ctrl/plex 3.12.1, seen on Node.js 20 and 24.
# Guess: the library is modelled on python-plexapi, with its `field__operator` filters: `title__contains: "Monday"` finds
#   every title with "Monday" in it.
# What happens: `contains` and `icontains` take their two sides the other way round. The track "Blue Monday" is not found by
#   "Monday", but the track "Blue" is found by "Blue Monday". A test with the whole title passes, so it shows late.
#   Another operator of the same table cannot work at all: section.getGuid(), the documented way from an IMDb or TMDB id to
#   an item, looks for the id in the list of ids as if the list were a text, and throws for every item that has ids.
# Who meets it: scripts that were carried over from Python, and tracks(), albums(), episodes() with filters.
# Seen:
#   title__contains "Monday"       → []
#   title__contains "Blue Monday"  → ["Blue Monday","Blue"]
#   title__startswith "Blue M"     → ["Blue Monday"]
#   getGuid("imdb://tt0000001")    → v.toLowerCase is not a function
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error @ctrl/plex@3.12.1 > /dev/null
cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import http from "node:http";
import { Artist, MovieSection, PlexServer } from "@ctrl/plex";

const tracks = ["Blue Monday", "Blue"].map((title, index) => ({
  ratingKey: String(index),
  key: `/library/metadata/${index}`,
  type: "track",
  title,
  Media: [],
}));
const film = { ratingKey: "7", key: "/library/metadata/7", type: "movie", title: "Paper Harbour", Guid: [{ id: "imdb://tt0000001" }] };
const server = http.createServer((request, response) => {
  const Metadata = request.url.includes("/allLeaves") ? tracks : [film];
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ MediaContainer: { size: Metadata.length, Metadata } }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const plex = new PlexServer(`http://127.0.0.1:${server.address().port}`, "0123456789abcdefghij");

const artist = new Artist(plex, { ratingKey: "9", key: "/library/metadata/9/children", type: "artist", title: "Somebody" });
async function find(filter) {
  const titles = (await artist.tracks(filter)).map(({ title }) => title);
  const [[name, text]] = Object.entries(filter);
  console.log(`${name} "${text}"`.padEnd(30), "→", JSON.stringify(titles));
  return titles;
}
assert.deepEqual(await find({ title__contains: "Monday" }), []);
assert.deepEqual(await find({ title__contains: "Blue Monday" }), ["Blue Monday", "Blue"]);
assert.deepEqual(await find({ title__startswith: "Blue M" }), ["Blue Monday"]);

const section = new MovieSection(plex, { key: "1", type: "movie", title: "Films", Location: [] });
const failure = await section.getGuid("imdb://tt0000001").then(() => "found", (error) => error.message);
console.log('getGuid("imdb://tt0000001")'.padEnd(30), "→", failure);
assert.match(failure, /toLowerCase is not a function/);
process.exit(0);
JS
node check.mjs
