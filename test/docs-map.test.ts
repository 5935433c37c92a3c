import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "mocha";
import { "node-red" as nodeRed, scripts } from "../package.json";
import { Document, filesIn, items, quoted, root } from "../testing/documents";

const types = Object.keys(nodeRed.nodes);
const contributing = new Document("CONTRIBUTING.md");

/** The folders below a folder, by their paths from the root. */
function foldersIn(folder: string): string[] {
  const ignored = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !ignored.includes(`${entry.name}/`))
    .map(({ name }) => `${folder}${name}/`);
}

describe("CONTRIBUTING.md", () => {
  /** What each line of the map is about, and what else it names. */
  const map = items(contributing.section("The map")).map((item) => quoted(item).filter((text) => text.includes("/")));
  /** Made by the build or by npm, so not always there. */
  const made = new Set(["dist/", ".cache/"]);

  /** A path of the map as a pattern: `*` stands for any characters of a file name. */
  function pattern(path: string): RegExp {
    return new RegExp(`^${path.replace(/[.]/g, "\\$&").replaceAll("*", "[^/]*")}$`);
  }

  function exists(path: string): boolean {
    if (!path.includes("*")) return made.has(path) || existsSync(join(root, path));
    return readdirSync(join(root, dirname(path))).some((name) => pattern(path).test(`${dirname(path)}/${name}`));
  }

  function assertExists(path: string): void {
    const standIns = path.includes("<type>") ? types : [""];
    for (const type of standIns) {
      const real = path.replace("<type>", type).replace("<lang>", "en-US");
      assert.ok(exists(real), `CONTRIBUTING.md names ${path}, which does not exist.`);
    }
  }

  it("has a map of what exists", () => {
    assert.ok(map.length > 0 && map.every((paths) => paths.length > 0));
    map.flat().forEach(assertExists);
  });

  it("has every room and every file beside the rooms on the map", () => {
    const rooms = ["", "src/", "nodes/", "nodes/lib/"].flatMap(foldersIn).filter((room) => room !== "nodes/icons/");
    const files = ["src", "nodes", "nodes/lib"].flatMap((folder) => filesIn(folder, ".ts"));
    const onTheMap = map.flat().flatMap((path) => types.map((type) => pattern(path.replace("<type>", type))));
    for (const path of [...rooms, ...files]) {
      assert.ok(
        onTheMap.some((known) => known.test(path)),
        `${path} is missing on the map in CONTRIBUTING.md.`,
      );
    }
  });

  it("names no path elsewhere that does not exist", () => {
    const firsts = new Set(map.flat().map((path) => path.split("/")[0]));
    const paths = quoted(contributing.text).filter((text) => /^[\w.<>*/-]+$/.test(text) && text.includes("/"));
    const own = paths.filter((path) => firsts.has(path.split("/")[0]));
    assert.ok(own.length > map.length);
    own.forEach(assertExists);
    const files = quoted(contributing.text).filter((text) => /^[\w.-]+\.(?:md|json|mjs)$/.test(text));
    files.forEach(assertExists);
  });

  it("names lint rules that are on", async () => {
    const { ESLint } = await import("eslint");
    const eslint = new ESLint({ cwd: root });
    const files = ["src/plex-client.ts", "nodes/plex-config.ts"].map((file) => join(root, file));
    const configs = (await Promise.all(files.map((file) => eslint.calculateConfigForFile(file)))) as {
      rules: Record<string, [number]>;
    }[];
    const on = new Set(
      configs.flatMap(({ rules }) =>
        Object.entries(rules)
          .filter(([, [severity]]) => severity === 2)
          .map(([rule]) => rule.replace(/^.*\//, "")),
      ),
    );
    const boundaries = quoted(contributing.section("House rules"));
    const rules = boundaries.filter((text) => /^[a-z]+(?:-[a-z]+)+$/.test(text));
    assert.ok(rules.length > 0);
    for (const rule of rules) assert.ok(on.has(rule), rule);
  });

  it("tells of every script", () => {
    const named = quoted(contributing.section("Commands")).join("\n");
    for (const name of Object.keys(scripts).filter((script) => script !== "prepack")) {
      assert.match(named, new RegExp(`^npm (run )?${name}$`, "m"), name);
    }
  });

  it("has the two commands in the first screen", () => {
    const firstScreen = contributing.text.split("\n").slice(0, 25);
    for (const command of ["npm ci && npm start", "npm ci && npm test"]) {
      assert.ok(firstScreen.includes(command), command);
    }
  });
});
