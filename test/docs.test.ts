import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { after, before, describe, it } from "mocha";
import type { Node, NodeAPI } from "node-red";
import { createErrorMessage } from "../nodes/lib/messages/error-message";
import { cancelled, invalidInput, invalidResponse, notConfigured } from "../src/errors";
import { connectionError, timedOut } from "../src/http/connection-errors";
import { statusError } from "../src/http/status-errors";
import { noConnectionError } from "../src/probe/no-connection-error";
import { name as packageName, "node-red" as nodeRed } from "../package.json";
import { blocks, Document, filesIn, items, quoted, root, rows } from "../testing/documents";
import { startSimulator, type Simulator } from "../simulator";
import { PlexClient, plexErrorCodes, type PlexError } from "../src";
import { loadPage } from "../testing/forms/editor";
import { makeFolder } from "../testing/node-red/packed-package";

const types = Object.keys(nodeRed.nodes);
const flowTypes = types.filter((type) => type !== "plex-config");
const readme = new Document("README.md");
const nodesPage = new Document("docs/nodes.md");
const errorsPage = new Document("docs/errors.md");

/** Names and types of what is in a value, to compare what a document shows with what comes. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
}

function parse(json: string | undefined): Record<string, unknown> {
  return JSON.parse(json ?? "") as Record<string, unknown>;
}

/** The fields of a node as its section lists them: the word in the form, and the properties that it sets. */
function fieldsOf(type: string): { field: string; properties: string[] }[] {
  return items(nodesPage.section(type)).flatMap((item) => {
    const [, field, properties = ""] = /^\*\*(.+?)\*\* \(((?:`[^`]+`(?:, )?)+)\): /.exec(item) ?? [];
    return field === undefined ? [] : [{ field, properties: quoted(properties) }];
  });
}

describe("documents: the errors", () => {
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
    noConnectionError([], 1),
    notConfigured("", ""),
    invalidInput("", ""),
  ];
  it("are one section for every code, in their order, and one line in the README", () => {
    const sections = [...errorsPage.section("The codes").matchAll(/^### (.+)$/gm)].map(([, code]) => code);
    assert.deepEqual(sections, [...plexErrorCodes]);
    assert.deepEqual(
      items(readme.section("Errors")).map((item) => /^`([^`]+)`: \S/.exec(item)?.[1]),
      [...plexErrorCodes],
    );
  });

  for (const code of plexErrorCodes) {
    it(`say whether ${code} is retryable, and what to do`, () => {
      const made = errors.filter((error) => error.code === code);
      assert.ok(made.length > 0);
      const some = made.filter(({ retryable }) => retryable);
      const onlySome = `only ${some.map(({ statusCode }) => statusCode).join(", ")}`.replace(/, (\d+)$/, " and $1");
      const expected = some.length === 0 ? "no" : some.length === made.length ? "yes" : onlySome;
      const [retryable, todo] = items(errorsPage.section(code));
      assert.equal(retryable, `**Retryable:** ${expected}`);
      assert.match(todo ?? "", /^\*\*What to do:\*\* \S.+\.$/);
    });
  }

  it("show msg.error as it is", () => {
    const shown = parse(blocks(errorsPage.section("msg.error"), "json")[0]);
    const error = statusError(429, { "retry-after": "60" }, context).withAttempts(1);
    const node = shown["source"] as Node;
    const RED = { util: { cloneMessage: structuredClone } } as unknown as NodeAPI;
    assert.deepEqual(createErrorMessage(RED, node, { _msgid: "" }, error).error, shown);
    const explained = rows(errorsPage.section("msg.error"));
    assert.deepEqual(explained.map(([name]) => name?.replaceAll("`", "")).sort(), Object.keys(shown).sort());
  });
});

describe("documents: the nodes", () => {
  for (const type of types) {
    it(`names every property of ${type}, and no other`, () => {
      const { defaults, credentials = {} } = loadPage(type).definition;
      const named = fieldsOf(type).flatMap(({ properties }) => properties);
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
      const shown = fieldsOf(type).filter((entry) => entry.properties.some((name) => name in properties));
      assert.ok(shown.length > 1);
      for (const { field } of shown) assert.ok(field === "Name" || words.includes(field), field);
    });
  }

  it("names the keys of the statuses", () => {
    const keys = quoted(nodesPage.section("Status"));
    for (const type of flowTypes) {
      const names = type === "plex-events" ? ["connecting", "connected", "reconnecting"] : ["asking", "ok"];
      for (const name of names) {
        assert.ok(keys.includes(`${type}.status.${name}`));
        assert.ok(loadPage(type).catalogue.has(`${type}.status.${name}`));
      }
    }
    for (const key of keys.filter((text) => /^plex-.*\.status\./.test(text))) {
      const type = key.split(".")[0] ?? "";
      assert.ok(loadPage(type).catalogue.has(key), key);
    }
  });

  it("has a place for every node in the README", () => {
    for (const type of types) assert.ok(readme.section("The nodes").includes(`\n### ${type}\n\n`), type);
  });

  it("names every example, and no other", () => {
    const named = items(readme.section("Examples")).map((item) => /^\*\*(.+?)\*\*: \S/.exec(item)?.[1]);
    assert.deepEqual(
      named,
      filesIn("examples", ".json")
        .map((file) => basename(file, ".json"))
        .sort(),
    );
  });
});

/** The names of all properties, and of those of the objects in them. */
function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner).map((name) => `${key}.${name}`)]);
}

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
    const [, output] = blocks(nodesPage.section("plex-transient-token"), "json");
    const { payload, statusCode } = parse(output);
    assert.deepEqual(shape(payload), shape(await client.getTransientToken()));
    assert.equal(statusCode, 200);
    const { issuedAt, expiresAt } = payload as { issuedAt: number; expiresAt: number };
    assert.equal(expiresAt - issuedAt, 48 * 60 * 60 * 1000);
  });

  it("agree on a source connection", async () => {
    const [input, output] = blocks(nodesPage.section("plex-source-connection"), "json");
    const { payload, statusCode } = parse(output);
    assert.deepEqual(shape(payload), shape(await client.getSourceConnection(simulator.sharedServer)));
    assert.equal(statusCode, 200);
    assert.equal((payload as { source: string }).source, parse(input)["payload"]);
  });

  it("agree on a connection that was tried", async () => {
    const [, , tried] = blocks(nodesPage.section("plex-source-connection"), "json");
    const { connection } = await client.getBestConnection(simulator.sharedServer);
    assert.deepEqual(shape(parse(tried)), shape(connection));
  });

  it("agree on an event", async () => {
    const [output, connection] = blocks(nodesPage.section("plex-events"), "json");
    const { payload, topic } = parse(output);
    const told: ReturnType<typeof parse>[] = [];
    const stop = client.listen(
      { listen: "playback", player: "", user: "", media: ["movie"], settle: 0, progress: false },
      { onEvent: (_topic, event) => told.push({ ...event }), onChange: () => undefined, onStatus: () => undefined },
    );
    for (const end = Date.now() + 5_000; simulator.notifications.open === 0 && Date.now() < end;) await sleep(10);
    simulator.viewer().play();
    for (const end = Date.now() + 5_000; told.length === 0 && Date.now() < end;) await sleep(10);
    stop();
    assert.deepEqual(keysOf(payload), keysOf(told[0]));
    assert.equal((payload as { event: string }).event, topic);
    assert.deepEqual(parse(connection)["topic"], "connected");
  });

  it("agree in the README and on the page of the nodes", () => {
    for (const type of flowTypes) {
      const [result] = blocks(readme.section(type), "json");
      const outputs = blocks(nodesPage.section(type), "json").map((json) => parse(json)["payload"]);
      assert.ok(
        outputs.some((payload) => isDeepStrictEqual(payload, parse(result))),
        type,
      );
    }
  });

  it("agree on the library: its example runs, and its methods are there", async () => {
    const section = new Document("docs/library.md").text;
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
