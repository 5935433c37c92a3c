"use strict";

const { readFileSync } = require("node:fs");
const { dirname, resolve } = require("node:path");

const script = /<script type="text\/javascript" src="([^"]+)"><\/script>/g;
const stylesheet = /<link rel="stylesheet" href="([^"]+)" \/>/g;

/**
 * A page of nodes/ as the editor needs it: Node-RED sends one HTML file for each node, so that the scripts and the
 * stylesheets that it refers to have to be in it.
 */
module.exports = function inlinePage(path) {
  const read = (file) => readFileSync(resolve(dirname(path), file), "utf8");
  return readFileSync(path, "utf8")
    .replace(script, (_tag, file) => `<script type="text/javascript">\n${read(file)}</script>`)
    .replace(stylesheet, (_tag, file) => `<style>\n${read(file)}</style>`);
};
