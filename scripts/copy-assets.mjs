// Empties dist/ and puts beside the compiled nodes what Node-RED looks for there: forms, locales and icons.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import inlinePage from "./inline-page.cjs";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const from = resolve(root, "nodes");
const to = resolve(root, "dist/nodes");

rmSync(resolve(root, "dist"), { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const page of readdirSync(from).filter((name) => name.endsWith(".html"))) {
  writeFileSync(resolve(to, page), inlinePage(resolve(from, page)));
}
cpSync(resolve(from, "locales"), resolve(to, "locales"), { recursive: true });
for (const help of readdirSync(resolve(to, "locales"), { recursive: true }).filter((name) => name.endsWith(".html"))) {
  writeFileSync(resolve(to, "locales", help), inlinePage(resolve(from, "locales", help)));
}
cpSync(resolve(root, "icons"), resolve(to, "icons"), { recursive: true });
