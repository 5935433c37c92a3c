// Type-checks what runs in the editor: nodes/editor/, and the inline scripts of nodes/*.html. Each of those goes into a
// .js file under .cache/editor/, at its own line numbers.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const cache = resolve(root, ".cache/editor");
const shared = resolve(root, "nodes/editor");

/** A page with everything but the content of its inline scripts blanked out, so that each line keeps its number. */
function keepScripts(page) {
  const script = /(<script type="text\/javascript">)([\s\S]*?)(<\/script>)/g;
  const blank = (text) => text.replace(/[^\n]/g, " ");
  let kept = "";
  let end = 0;
  for (const match of page.matchAll(script)) {
    const start = match.index + match[1].length;
    kept += blank(page.slice(end, start)) + match[2];
    end = start + match[2].length;
  }
  return kept + blank(page.slice(end));
}

rmSync(cache, { recursive: true, force: true });
mkdirSync(cache, { recursive: true });

const pages = readdirSync(resolve(root, "nodes")).filter((name) => name.endsWith(".html"));
if (pages.length === 0) throw new Error("There is no nodes/*.html to check.");
const inline = pages.map((name) => {
  const file = resolve(cache, `${basename(name, ".html")}.js`);
  const script = keepScripts(readFileSync(resolve(root, "nodes", name), "utf8"));
  if (script.trim() === "") throw new Error(`nodes/${name} has no inline <script type="text/javascript">.`);
  writeFileSync(file, script);
  return file;
});
const { config } = ts.readConfigFile(resolve(shared, "tsconfig.json"), ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, shared);
const problems = ts.getPreEmitDiagnostics(ts.createProgram([...fileNames, ...inline], options));

for (const { messageText, file, start = 0, code } of problems) {
  const place = file ? file.getLineAndCharacterOfPosition(start) : { line: 0, character: 0 };
  const path = file ? relative(root, file.fileName) : "nodes/editor/tsconfig.json";
  const name = path.replace(/^\.cache[/\\]editor[/\\](.*)\.js$/, "nodes/$1.html");
  const text = ts.flattenDiagnosticMessageText(messageText, "\n");
  console.error(`${name}:${place.line + 1}:${place.character + 1} - error TS${code}: ${text}`);
}
if (problems.length > 0) process.exitCode = 1;
