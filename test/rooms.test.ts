import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, it } from "mocha";
import ts from "typescript";

const root = resolve(__dirname, "..");

const files = ["src", "nodes"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(root, folder, name)),
);

/** The files of src/ and nodes/ that a file imports, types included. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"));
  return importedFiles.flatMap(({ fileName }) => {
    const target = resolve(dirname(file), fileName.replace(/\.js$/, ""));
    return fileName.startsWith(".") ? [`${target}.ts`, join(target, "index.ts")].filter(existsSync) : [];
  });
}

function findCycle(file: string, path: readonly string[], done: Set<string>): string[] | undefined {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (done.has(file)) return undefined;
  for (const target of importsOf(file)) {
    const cycle = findCycle(target, [...path, file], done);
    if (cycle) return cycle;
  }
  done.add(file);
  return undefined;
}

describe("rooms", () => {
  it("import one another without a cycle", () => {
    const done = new Set<string>();
    const cycles = files.map((file) =>
      findCycle(file, [], done)
        ?.map((step) => relative(root, step))
        .join(" → "),
    );
    assert.deepEqual(cycles.filter(Boolean), []);
    assert.equal(done.size, files.length);
  });
});
