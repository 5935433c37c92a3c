import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { getInstalledPackage } from "../../testing/node-red/packed-package";
import { INSTALLATION_TIME } from "../../testing/node-red/runtimes";

// What the Flow Library (flows.nodered.org) and its scorecard tool, node-red-dev, look at. The tool itself needs the
// network, and passes vacuously where it cannot read a form: these are its conditions, and the ones that it means.

interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly repository?: { readonly url: string };
  readonly bugs?: { readonly url: string };
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly "node-red": { readonly version: string; readonly nodes: Readonly<Record<string, string>> };
}

/** A node as it can be read off its form without running it. */
interface Definition {
  readonly type: string;
  readonly literals: Readonly<Record<string, string>>;
  readonly defaults: readonly string[];
  readonly credentials: readonly string[];
}

const flowTypes = ["plex-transient-token", "plex-source-connection", "plex-request", "plex-events"];

function inlineScripts(html: string): string[] {
  const scripts = html.matchAll(/<script.+?type=['"]text\/javascript['"].*?>([\S\s]*?)<\/script>/gi);
  return [...scripts].map(([, code = ""]) => code);
}

function propertiesOf(object: ts.Expression | undefined, what: string): Map<string, ts.PropertyAssignment> {
  assert.ok(object && ts.isObjectLiteralExpression(object), `${what} is an object that is written out in its place`);
  const properties = object.properties.map((property) => {
    assert.ok(ts.isPropertyAssignment(property), `${what} has plain properties, without spreads or methods`);
    assert.ok(ts.isIdentifier(property.name), `${what} has keys without quotes`);
    return [property.name.text, property] as const;
  });
  return new Map(properties);
}

function readDefinition(call: ts.CallExpression): Definition {
  const [type, object] = call.arguments;
  assert.ok(type && ts.isStringLiteral(type), "the type is a literal");
  const properties = propertiesOf(object, type.text);
  const keys = (name: string) => {
    const property = properties.get(name);
    return property ? [...propertiesOf(property.initializer, `${name} of ${type.text}`).keys()] : [];
  };
  const literals = ["category", "color", "icon", "inputs", "outputs"].flatMap((name) => {
    const value = properties.get(name)?.initializer;
    if (!value) return [];
    assert.ok(ts.isStringLiteral(value) || ts.isNumericLiteral(value), `${name} of ${type.text} is a literal`);
    return [[name, value.text]];
  });
  return {
    type: type.text,
    literals: Object.fromEntries(literals) as Record<string, string>,
    defaults: keys("defaults"),
    credentials: keys("credentials"),
  };
}

function readDefinitions(code: string): Definition[] {
  const { diagnostics = [] } = ts.transpileModule(code, { fileName: "form.js", reportDiagnostics: true });
  assert.deepEqual(
    diagnostics.map(({ messageText }) => messageText),
    [],
  );
  const found: Definition[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === "registerType"
    ) {
      found.push(readDefinition(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("form.js", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS));
  return found;
}

describe("package: what the Flow Library looks at", function () {
  let installed: string;
  let manifest: Manifest;

  const definitions = async (): Promise<Definition[]> => {
    const forms = Object.values(manifest["node-red"].nodes).map((file) => file.replace(".js", ".html"));
    const texts = await Promise.all(forms.map((form) => readFile(join(installed, form), "utf8")));
    return texts.flatMap(inlineScripts).flatMap(readDefinitions);
  };

  before("pack and install", async function () {
    this.timeout(INSTALLATION_TIME);
    installed = join(await getInstalledPackage(), "node_modules", "node-red-contrib-plex-access");
    manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Manifest;
  });

  it("P01: has a licence", () => {
    assert.equal(manifest.license, "MIT");
  });

  it("P03: names a repository and a place for bugs", () => {
    assert.match(manifest.repository?.url ?? "", /^git\+https:\/\//);
    assert.match(manifest.bugs?.url ?? "", /^https:\/\//);
  });

  it("P04: has a name of the form that contributions have", () => {
    assert.match(manifest.name, /^(?:@[a-z\d][\w-.]+\/[a-z\d][\w-.]*|node-red-contrib-[a-z\d-]+)$/);
  });

  it("P05: has the keyword without which the library refuses a package", () => {
    assert.ok(manifest.keywords.includes("node-red"));
  });

  it("P06: declares the oldest Node-RED it runs on, which admits both current lines", () => {
    assert.equal(manifest["node-red"].version, ">=4.1.0");
  });

  it("P07: declares the oldest Node.js it runs on, which admits the oldest that Node-RED 5 takes (22.9)", () => {
    const oldest = /^>=(\d+)(?:\.(\d+))?/.exec(manifest.engines.node);
    assert.ok(oldest);
    const [, major, minor = 0] = oldest.map(Number);
    assert.ok(major! < 22 || (major === 22 && minor <= 9));
  });

  it("N02: every flow node can be read off its form, and is used in an example", async () => {
    const types = (await definitions())
      .filter(({ literals }) => literals.category !== "config")
      .map(({ type }) => type);
    assert.deepEqual(types, flowTypes);
    const folder = join(installed, "examples");
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".json"));
    const examples = await Promise.all(
      files.map(async (file) => JSON.parse(await readFile(join(folder, file), "utf8")) as { type: string }[]),
    );
    for (const example of examples) assert.ok(Array.isArray(example));
    const used = new Set(examples.flat().map(({ type }) => type));
    assert.deepEqual(
      flowTypes.filter((type) => !used.has(type)),
      [],
    );
  });

  it("forms tell the library the looks and the properties of each node", async () => {
    const told = (await definitions()).map(({ type, literals: { color, ...literals }, defaults, credentials }) => ({
      type,
      ...literals,
      colored: color === undefined ? undefined : /^#[\dA-F]{6}$/i.test(color),
      configurable: defaults.includes("name"),
      credentials,
    }));
    const looks = { category: "plex", colored: true, inputs: "1", outputs: "2", configurable: true, credentials: [] };
    assert.deepEqual(told, [
      { type: "plex-config", category: "config", colored: undefined, configurable: true, credentials: ["token"] },
      { type: "plex-transient-token", icon: "plex-transient-token.svg", ...looks },
      { type: "plex-source-connection", icon: "plex-source-connection.svg", ...looks },
      { type: "plex-request", icon: "plex-request.svg", ...looks },
      { type: "plex-events", icon: "plex-events.svg", ...looks, inputs: "0" },
    ]);
  });

  it("D01: depends on six packages at most", () => {
    assert.ok(Object.keys(manifest.dependencies).length <= 6);
  });

  it("D02: brings no agent-base before version 6, which changes Node.js's own https", async () => {
    const lock = await readFile(join(installed, "..", ".package-lock.json"), "utf8");
    const { packages } = JSON.parse(lock) as { packages: Record<string, { version: string }> };
    const old = Object.entries(packages).filter(
      ([path, { version }]) => path.endsWith("node_modules/agent-base") && Number.parseInt(version) < 6,
    );
    assert.deepEqual(old, []);
  });

  it("has a README, without which the library refuses a package", async () => {
    assert.ok((await readFile(join(installed, "README.md"), "utf8")).length > 500);
  });
});
