import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, it } from "mocha";
import type { Node, NodeAPI } from "node-red";
import { createErrorMessage } from "../nodes/lib/messages/error-message";
import { cancelled, invalidInput, invalidResponse, notConfigured } from "../src/errors";
import { connectionError, timedOut } from "../src/http/connection-errors";
import { statusError } from "../src/http/status-errors";
import { noConnectionError } from "../src/probe/no-connection-error";
import { name as packageName, "node-red" as nodeRed, scripts } from "../package.json";
import { startSimulator, type Simulator } from "../simulator";
import { PlexClient, plexErrorCodes, type PlexError } from "../src";
import { loadPage } from "../testing/forms/editor";
import { makeFolder } from "../testing/node-red/packed-package";

const root = resolve(__dirname, "..");
const types = Object.keys(nodeRed.nodes);
const flowTypes = types.filter((type) => type !== "plex-config");

/** A document as text, and what is needed of its structure. */
class Document {
  readonly text: string;

  constructor(readonly name: string) {
    this.text = readFileSync(join(root, name), "utf8");
  }

  /** The text without its code blocks: a `#` or a link in those means nothing. */
  get prose(): string {
    return this.text.replace(/^ *```[\s\S]*?^ *```$/gm, "");
  }

  get headings(): string[] {
    return [...this.prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  }

  /** What stands below a heading, up to the next one of the same or a higher rank. */
  section(heading: string): string {
    const lines = this.text.split("\n");
    const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
    assert.notEqual(start, -1, `${this.name} has no heading "${heading}".`);
    const rank = lines[start]!.indexOf(" ");
    const length = lines.slice(start + 1).findIndex((line) => new RegExp(`^#{1,${rank}} `).test(line));
    return lines.slice(start, length === -1 ? undefined : start + 1 + length).join("\n");
  }
}

const readme = new Document("README.md");
const contributing = new Document("CONTRIBUTING.md");
const documents = [readme, contributing, new Document("CHANGELOG.md")];

/** The code blocks of a language. */
function blocks(markdown: string, language: string): string[] {
  const block = new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, "gm");
  return [...markdown.matchAll(block)].map(([, code = ""]) => code);
}

/** The rows of all tables, without their heads: each a list of trimmed cells. */
function rows(markdown: string): string[][] {
  const tables = markdown.matchAll(/^\|.+\|\n\|(?: *:?-+:? *\|)+\n((?:\|.+\|\n?)*)/gm);
  return [...tables].flatMap(([, body = ""]) =>
    body
      .trim()
      .split("\n")
      .map((row) =>
        row
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim()),
      ),
  );
}

/** What stands in backticks. */
function quoted(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
}

/** What a reader would type: everything in backticks, and the shell blocks. */
function commands(markdown: string): string {
  return [...quoted(markdown), ...blocks(markdown, "sh")].join("\n");
}

/** The anchor that GitHub gives to a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/ /g, "-");
}

/** Names and types of what is in a value, to compare what a document shows with what comes. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
}

function parse(json: string | undefined): Record<string, unknown> {
  return JSON.parse(json ?? "") as Record<string, unknown>;
}

/** The files of a folder with this ending, by their paths from the root. */
function filesIn(folder: string, ending: string): string[] {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
  assert.ok(files.length > 0);
  return files.map((name) => `${folder}/${name}`);
}

describe("documents: the error table", () => {
  const context = { token: "", url: "http://127.0.0.1" };
  const route = { host: "127.0.0.1", secure: false, proxied: false };
  const systemCodes = ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ECONNRESET", "ETIMEDOUT", "CERT_HAS_EXPIRED"];
  const statuses = Array.from({ length: 300 }, (_, index) => 300 + index);
  /** Errors as the code makes them: every status, and every other kind. */
  const errors: PlexError[] = [
    ...statuses.map((status) => statusError(status, {}, context)),
    ...systemCodes.map((code) => connectionError(Object.assign(new Error(), { code }), route, false)),
    timedOut(route),
    cancelled(),
    invalidResponse(""),
    noConnectionError([]),
    notConfigured("", ""),
    invalidInput("", ""),
  ];
  const table = rows(readme.section("Errors")).filter((cells) => cells.length === 4);

  it("has one row for every code, in their order", () => {
    assert.deepEqual(
      table.map(([code]) => code),
      plexErrorCodes.map((code) => `\`${code}\``),
    );
  });

  for (const code of plexErrorCodes) {
    it(`says whether ${code} is retryable`, () => {
      const made = errors.filter((error) => error.code === code);
      assert.ok(made.length > 0);
      const some = made.filter(({ retryable }) => retryable);
      const onlySome = `only ${some.map(({ statusCode }) => statusCode).join(", ")}`.replace(/, (\d+)$/, " and $1");
      const expected = some.length === 0 ? "no" : some.length === made.length ? "yes" : onlySome;
      assert.equal(table.find(([cell]) => cell === `\`${code}\``)?.[2], expected);
    });
  }

  it("shows msg.error as it is", () => {
    const shown = parse(blocks(readme.section("Errors"), "json")[0]);
    const error = statusError(429, { "retry-after": "60" }, context).withAttempts(1);
    const node = shown["source"] as Node;
    const RED = { util: { cloneMessage: structuredClone } } as unknown as NodeAPI;
    assert.deepEqual(createErrorMessage(RED, node, { _msgid: "" }, error).error, shown);
    const explained = rows(readme.section("Errors")).filter((cells) => cells.length === 2);
    assert.deepEqual(explained.map(([name]) => name?.replaceAll("`", "")).sort(), Object.keys(shown).sort());
  });
});

describe("documents: the nodes", () => {
  for (const type of types) {
    it(`names every property of ${type}, and no other`, () => {
      const { defaults, credentials = {} } = loadPage(type).definition;
      const table = rows(readme.section(type)).filter((cells) => cells.length === 3);
      const named = table.flatMap(([, properties = ""]) => quoted(properties));
      const inTheForm = [...Object.keys(defaults), ...Object.keys(credentials)];
      for (const property of inTheForm) assert.ok(named.includes(property), property);
      // What the run time reads may wait for its field in the form.
      const runTime = readFileSync(join(root, `nodes/${type}.ts`), "utf8");
      const others = named.filter((property) => !inTheForm.includes(property));
      for (const property of others) assert.ok(runTime.includes(`def.${property}`), property);
      assert.equal(new Set(named).size, named.length);
    });

    it(`calls the fields of ${type} what its form calls them`, () => {
      const { catalogue, form, definition } = loadPage(type);
      const properties = { ...definition.defaults, ...definition.credentials };
      const words = [...form.matchAll(/data-i18n="([^"[]+)"/g)].map(([, key = ""]) => catalogue.get(key) ?? key);
      const table = rows(readme.section(type)).filter((cells) => cells.length === 3);
      const shown = table.filter(([, property = ""]) => quoted(property).some((name) => name in properties));
      assert.ok(shown.length > 1);
      for (const [field = ""] of shown) assert.ok(field === "Name" || words.includes(field), field);
    });
  }

  it("names the keys of the statuses", () => {
    const keys = quoted(readme.section("Status"));
    for (const type of flowTypes) {
      for (const name of ["asking", "ok"]) {
        assert.ok(keys.includes(`${type}.status.${name}`));
        assert.ok(loadPage(type).catalogue.has(`${type}.status.${name}`));
      }
    }
    for (const key of keys.filter((text) => /^plex-.*\.status\./.test(text))) {
      const type = key.split(".")[0] ?? "";
      assert.ok(loadPage(type).catalogue.has(key), key);
    }
  });

  it("names every example, and no other", () => {
    const named = rows(readme.section("Examples")).map(([name]) => name);
    assert.deepEqual(
      named,
      filesIn("examples", ".json")
        .map((file) => basename(file, ".json"))
        .sort(),
    );
  });
});

describe("documents: what is shown and what comes", () => {
  let simulator: Simulator;
  let client: PlexClient;

  before(async () => {
    simulator = await startSimulator();
    const { url, token } = simulator;
    client = new PlexClient({ url, token, clientIdentifier: "docs-test" });
    const connections = simulator.connections("shared").filter(({ protocol }) => protocol === "http");
    simulator.setConnections("shared", connections);
  });

  after(async () => {
    client.close();
    await simulator.close();
  });

  it("agree on a transient token", async () => {
    const [, output] = blocks(readme.section("plex-transient-token"), "json");
    const { payload, statusCode } = parse(output);
    assert.deepEqual(shape(payload), shape(await client.getTransientToken()));
    assert.equal(statusCode, 200);
    const { issuedAt, expiresAt } = payload as { issuedAt: number; expiresAt: number };
    assert.equal(expiresAt - issuedAt, 48 * 60 * 60 * 1000);
  });

  it("agree on a source connection", async () => {
    const [input, output] = blocks(readme.section("plex-source-connection"), "json");
    const { payload, statusCode } = parse(output);
    assert.deepEqual(shape(payload), shape(await client.getSourceConnection(simulator.sharedServer)));
    assert.equal(statusCode, 200);
    assert.equal((payload as { source: string }).source, parse(input)["payload"]);
  });

  it("agree on a connection that was tried", async () => {
    const [, , tried] = blocks(readme.section("plex-source-connection"), "json");
    const { connection } = await client.getBestConnection(simulator.sharedServer);
    assert.deepEqual(shape(parse(tried)), shape(connection));
  });

  it("agree on the library: its example runs, and its methods are there", async () => {
    const section = readme.section("Use as a library");
    const [example] = blocks(section, "js");
    const folder = await makeFolder("library-example");
    const stand = join(folder, "node_modules", packageName);
    mkdirSync(stand, { recursive: true });
    writeFileSync(join(stand, "index.js"), `module.exports = require(${JSON.stringify(join(root, "src"))});\n`);
    writeFileSync(join(folder, "example.js"), example ?? "");
    const { url, token, sharedServer } = simulator;
    const run = (env: Record<string, string>) => runNode(join(folder, "example.js"), env);
    const environment = { PLEX_URL: url, PLEX_TOKEN: token, PLEX_SOURCE: sharedServer, PLEX_CLIENT_IDENTIFIER: "docs" };

    const good = await run(environment);
    assert.equal(good.exitCode, 0, good.output);
    assert.match(
      good.output,
      /^Got a token of 46 characters\. .*\nThe first address of Attic: http:\/\/127\.0\.0\.1:\d+\n$/,
    );
    assert.doesNotMatch(good.output, /transient-/);
    const wrong = await run({ ...environment, PLEX_TOKEN: "wrong" });
    assert.deepEqual([wrong.exitCode, wrong.output.split(":")[0]], [1, "unauthorized"]);
    const unset = await run({ ...environment, PLEX_URL: "" });
    assert.deepEqual([unset.exitCode, unset.output.split(":")[0]], [1, "not-configured"]);

    const methods = quoted(section).flatMap((text) => /^(get\w+)/.exec(text)?.[1] ?? []);
    assert.ok(methods.length > 0);
    for (const method of methods) assert.ok(method in PlexClient.prototype, method);
  });

  /** Runs a script in a process of its own, with what it writes to stdout and stderr in one. */
  function runNode(script: string, env: Record<string, string>): Promise<{ exitCode: number | null; output: string }> {
    const loader = pathToFileURL(require.resolve("tsx")).href;
    // Without the proxy variables of this machine: no proxy leads to the simulator.
    const kept = { PATH: process.env["PATH"], SystemRoot: process.env["SystemRoot"] };
    const child = spawn(process.execPath, ["--import", loader, script], { env: { ...kept, ...env } });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((done, failed) => {
      child.once("error", failed);
      child.once("close", (exitCode) => {
        done({ exitCode, output });
      });
    });
  }
});

describe("documents: where things are", () => {
  const map = rows(contributing.section("The map")).map(([cell = ""]) => quoted(cell));
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

  it("has every room and every file of the product on the map", () => {
    const ignored = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !ignored.includes(`${entry.name}/`))
      .map(({ name }) => `${name}/`);
    const files = ["src", "nodes", "nodes/lib"].flatMap((folder) => filesIn(folder, ".ts"));
    const onTheMap = map.flat().map(pattern);
    for (const path of [...folders, ...files]) {
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
    const boundaries = rows(contributing.section("The way of the data")).flatMap(([, holds = ""]) => quoted(holds));
    const rules = boundaries.filter((text) => /^[a-z]+(?:-[a-z]+)+$/.test(text));
    assert.ok(rules.length > 0);
    for (const rule of rules) assert.ok(on.has(rule), rule);
  });
});

describe("documents: commands and links", () => {
  const ofNpm = new Set(["ci", "install", "pack", "publish", "version"]);
  const shorthand = new Set(["start", "test"]);

  for (const document of documents) {
    it(`${document.name} names scripts that exist`, () => {
      for (const [command, run, name = ""] of commands(document.text).matchAll(/\bnpm (run )?([a-z]+)\b/g)) {
        if (!run && ofNpm.has(name)) continue;
        assert.ok(run !== undefined || shorthand.has(name), command);
        assert.ok(Object.hasOwn(scripts, name), command);
      }
    });

    it(`${document.name} has links that lead somewhere`, () => {
      const links = [...document.prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
      assert.ok(links.length > 0);
      for (const link of links.filter((target) => !/^https:\/\//.test(target))) {
        const [file = "", fragment] = link.split("#");
        assert.ok(file === "" || existsSync(join(root, file)), link);
        if (fragment === undefined) continue;
        const target = file === "" ? document : new Document(file);
        assert.ok(target.headings.map(anchor).includes(fragment), link);
      }
    });
  }

  it("CONTRIBUTING.md tells of every script", () => {
    const named = quoted(contributing.section("Commands")).join("\n");
    for (const name of Object.keys(scripts).filter((script) => script !== "prepack")) {
      assert.match(named, new RegExp(`^npm (run )?${name}$`, "m"), name);
    }
  });

  it("show JSON that is JSON", () => {
    for (const { text } of documents) blocks(text, "json").forEach(parse);
  });
});
