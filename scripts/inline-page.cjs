"use strict";

const { readFileSync } = require("node:fs");
const { dirname, resolve } = require("node:path");

const script = /<script type="text\/javascript" src="([^"]+)"><\/script>/g;
const include = /<!-- include: (\S+) -->\n/g;
const stylesheet = /<link rel="stylesheet" href="([^"]+)" \/>/g;

/**
 * A page of nodes/, or a help text, as the editor needs it: Node-RED sends one HTML file for each node, and one help
 * text for each node and language, so that the scripts, stylesheets and pieces that it refers to have to be in it.
 */
module.exports = function inlinePage(path) {
  const read = (file) => readFileSync(resolve(dirname(path), file), "utf8");
  return readFileSync(path, "utf8")
    .replace(include, (_tag, file) => read(file))
    .replace(script, (_tag, file) => `<script type="text/javascript">\n${read(file)}</script>`)
    .replace(stylesheet, (_tag, file) => `<style>\n${read(file)}</style>`);
};
