// Empties dist/ and puts beside the compiled nodes what Node-RED looks for there: forms, locales and icons.
import { cpSync, rmSync } from "node:fs";
import { extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const dist = resolve(root, "dist");

rmSync(dist, { recursive: true, force: true });
cpSync(resolve(root, "nodes"), resolve(dist, "nodes"), {
  recursive: true,
  filter: (path) => extname(path) !== ".ts" && !path.endsWith(resolve("/", "nodes", "lib")),
});
cpSync(resolve(root, "icons"), resolve(dist, "nodes", "icons"), { recursive: true });
