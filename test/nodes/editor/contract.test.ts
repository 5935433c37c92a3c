import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import manifest from "../../../package.json";
import { plexErrorCodes } from "../../../src/errors";
import { readPath } from "../../../src/endpoint/path";
import { readPlayer } from "../../../src/endpoint/player";
import { readQuery } from "../../../src/endpoint/query";
import { mediaTypes } from "../../../src/events";
import { readServerUrl } from "../../../src/settings/server-url";
import { readSource } from "../../../src/settings/source";
import { readToken } from "../../../src/settings/token";
import { readText as readPlainText, readWholeNumber } from "../../../src/settings/values";
import { loadPage, readText, type Page } from "../../../testing/forms/editor";

const root = resolve(__dirname, "../../..");
const declared: Readonly<Record<string, string>> = manifest["node-red"].nodes;
const types = Object.keys(declared);
const pages = types.map((type) => loadPage(type));
const pageOf = (type: string): Page => pages.find((page) => page.type === type)!;
const flowNodes = pages.filter(({ definition }) => definition.category !== "config");

const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = ""]) => found);

interface Control {
  readonly id: string;
  readonly tag: string;
}

/** Inputs, selects and text areas of a form. */
function controls({ form }: Page): Control[] {
  return [...form.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)].map(([tag]) => ({
    tag,
    id: all(tag, /\bid="([^"]+)"/g)[0]!,
  }));
}

/** The tags of a piece of HTML that are opened and not closed, or the reverse. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name = "", rest = ""] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/g)) {
    if (["input", "br", "hr", "img"].includes(name) || rest.endsWith("/")) continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

/** The finer kinds of failure that the admin routes tell of. */
const details = [
  "secure-required",
  "certificate-name",
  "claim-token",
  "transient-token",
  "token-elsewhere",
  "not-deployed",
  "in-subflow",
  "session-unknown",
  "base-path",
  "token-revoked",
  "own-fault",
  "this-machine",
  "login-in-front",
  "proxy-service",
  "weak-certificate",
  // Where the target of a redirect is known.
  "redirected-to",
  "variable-unset",
  "setting-refused",
];
/** The codes that have words of their own where it is plex.tv that was asked. */
const plexTvCodes = [
  ...["not-configured", "unauthorized", "forbidden", "not-found", "rate-limited", "server-error"],
  ...["unreachable", "timeout", "tls"],
];

/** The keys that scripts put together, by what they start with. */
const composed: Readonly<Record<string, readonly string[]>> = {
  "plex-config.label.": ["url", "token", "tls", "proxy", "timeout", "clientIdentifier"],
  "plex-config.error.": [...plexErrorCodes, ...details],
  "plex-config.plex-tv.": [...plexTvCodes, "token-revoked", "other"],
  "plex-config.sign-in.problem.": ["rate-limited", "server-error", "unreachable", "timeout", "other"],
  "plex-config.addresses.": [
    ...["local", "remote", "relay", "unreachable", "timeout", "tls", "invalid-response", "other"],
  ],
  "plex-request.endpoint.": [
    ...["libraries", "library", "recently-added", "on-deck", "search", "sessions", "history", "scan"],
    ...["watched", "unwatched", "pause", "play", "terminate"],
  ],
  "plex-request.endpoints.": ["label", "filter", "found", "chosen"],
  "plex-request.players.": ["label", "filter", "asking", "found", "none", "chosen", "playing", "user"],
  "plex-events.players.": ["label", "filter", "asking", "found", "none", "chosen"],
  "plex-events.users.": ["label", "filter", "asking", "found", "none", "chosen"],
  "plex-source-connection.sources.": ["label", "filter", "asking", "found", "none", "chosen"],
  "plex-config.chosen.": ["filled", "url", "none-given", "none-found", "same", "kept", "no-answer", "no-address"],
};

/** The codes at which a plex-events node shows that waiting does not help. */
const helplessCodes = ["not-configured", "unauthorized", "forbidden", "not-found", "redirected", "tls"];

/** The states and codes of a flow node's status. */
const statusesOf = (type: string): readonly string[] =>
  type === "plex-events"
    ? ["connecting", "connected", "reconnecting", ...helplessCodes]
    : ["asking", "retrying", "ok", ...plexErrorCodes];

/** Properties that have several fields. */
const parts: Readonly<Record<string, readonly string[]>> = {
  "plex-events media": mediaTypes.map((type) => `media-${type}`),
};

/** Keys of the node's own catalogue that its page asks for. */
function usedKeys(page: Page): string[] {
  const translated = all(page.form, /\bdata-i18n="([^"]+)"/g)
    .flatMap((value) => value.split(";"))
    .map((value) => value.replace(/^\[[\w-]+\]/, ""))
    .filter((key) => !/^(?:node-red|editor):/.test(key));
  const literals = all(page.script, /"((?:[^"\s/]+\/[^"\s:]+:)?plex-[\w-]+\.[\w.-]+)"/g);
  const own = literals
    .filter((key) => !key.endsWith(".svg"))
    .map((key) => key.replace(`${manifest.name}/${page.type}:`, ""))
    .flatMap((key) => (key.endsWith(".") ? composed[key]!.map((end) => key + end) : [key]));
  const isFlowNode = flowNodes.includes(page);
  const statuses = statusesOf(page.type).map((code) => `${page.type}.status.${code}`);
  return sorted([
    ...translated,
    ...own,
    ...(isFlowNode ? [...statuses, `palette.label.${page.definition.category}`] : []),
  ]);
}

describe("editor: what is registered", () => {
  it("is one type for each page, named like its file, as package.json declares", () => {
    const files = readdirSync(resolve(root, "nodes")).filter((file) => file.endsWith(".html"));
    assert.deepEqual(files.sort(), types.map((type) => `${type}.html`).sort());
    for (const page of pages) {
      assert.deepEqual(
        page.registered.map(([type]) => type),
        [page.type],
      );
      assert.equal(declared[page.type], `dist/nodes/${page.type}.js`);
    }
  });

  it("can be read by tools that do not run the script: all inline and literal", () => {
    for (const { type, html, script } of pages) {
      const [, registration = ""] = script.split(`RED.nodes.registerType("${type}", {\n`);
      assert.match(registration, /^ +category: "/, type);
      assert.doesNotMatch(html, /<script\b[^>]*\bsrc\b/, type);
      const [literal = ""] = registration.split(/^ +oneditprepare:/m);
      assert.doesNotMatch(literal, /\.\.\./, type);
      for (const key of ["category", "color", "icon"]) {
        for (const value of all(script, new RegExp(`^ +${key}: (.+),$`, "gm"))) assert.match(value, /^"[^"]+"$/);
      }
    }
  });

  it("is a config node, and flow nodes that look alike, with two labelled outputs and one input or none", () => {
    assert.equal(pageOf("plex-config").definition.category, "config");
    assert.deepEqual(
      flowNodes.map(({ type }) => type),
      ["plex-transient-token", "plex-source-connection", "plex-request", "plex-events"],
    );
    for (const page of flowNodes) {
      const { definition } = page;
      const isSource = page.type === "plex-events";
      assert.deepEqual([definition.category, definition.inputs, definition.outputs], ["plex", isSource ? 0 : 1, 2]);
      assert.equal(definition.color, flowNodes[0]?.definition.color);
      assert.deepEqual(
        [0, 1].map((index) => definition.outputLabels?.call(page.createNode(), index)),
        isSource ? ["events", "connection"] : ["success", "error"],
      );
      const name = page.type.replaceAll("-", " ");
      assert.equal(definition.paletteLabel?.call(page.createNode()), name);
      assert.equal(definition.label.call(page.createNode({ name: "" })), name);
      assert.equal(definition.label.call(page.createNode({ name: "Mine" })), "Mine");
    }
  });

  it("has an icon of this package, drawn in white alone", () => {
    for (const { definition } of flowNodes) {
      const path = `icons/${definition.icon ?? ""}`;
      assert.ok(existsSync(resolve(root, path)), path);
      const svg = readText(path);
      assert.match(svg, /viewBox="0 0 40 60"/);
      assert.deepEqual(sorted(all(svg, /\b(?:fill|stroke)="([^"]+)"/g)), ["#fff", "none"]);
      assert.doesNotMatch(svg, /<(?:script|style|image|use|foreignObject)\b/);
    }
  });

  it("keeps every secret a password, and out of what is saved with the flow", () => {
    const secrets = pages.flatMap(({ definition }) => Object.entries(definition.credentials ?? {}));
    assert.deepEqual(
      secrets.map(([name, { type }]) => [name, type]),
      [["token", "password"]],
    );
    for (const { definition } of pages) assert.equal("token" in definition.defaults, false);
  });

  it("starts with the defaults that the documents name", () => {
    const defaults = (type: string) =>
      Object.fromEntries(
        Object.entries(pageOf(type).definition.defaults).map(([name, { value }]) => [name, structuredClone(value)]),
      );
    assert.deepEqual(defaults("plex-config"), {
      name: "",
      url: "",
      clientIdentifier: "",
      tls: "",
      proxy: "",
      timeout: 10000,
      retries: 2,
    });
    assert.deepEqual(defaults("plex-transient-token"), { name: "", server: "", reuse: 0, property: "payload" });
    assert.deepEqual(defaults("plex-source-connection"), {
      name: "",
      server: "",
      source: "payload",
      sourceType: "msg",
      refresh: false,
      probe: false,
      property: "payload",
    });
    assert.deepEqual(defaults("plex-request"), {
      ...{ name: "", server: "", method: "GET", path: "", pathType: "str", query: "{}", queryType: "json" },
      ...{ via: "", player: "", playerType: "str", all: false, limit: 1000, answer: "json", property: "payload" },
    });
    assert.deepEqual(defaults("plex-events"), {
      name: "",
      server: "",
      listen: "playback",
      player: "",
      user: "",
      media: ["movie", "episode", "track"],
      settle: 2,
      progress: false,
    });
  });

  it("refers to config nodes by their type, and says which ones are required", () => {
    const references = pages.flatMap(({ type, definition }) =>
      Object.entries(definition.defaults)
        .filter(([, property]) => property.type !== undefined)
        .map(([name, property]) => `${type} ${name}: ${property.type ?? ""}${property.required === true ? "!" : ""}`),
    );
    assert.deepEqual(references, [
      "plex-config tls: tls-config",
      "plex-config proxy: http proxy",
      "plex-transient-token server: plex-config!",
      "plex-source-connection server: plex-config!",
      "plex-request server: plex-config!",
      "plex-events server: plex-config!",
    ]);
  });

  it("names each property whose missing value Node-RED reports in its own words", () => {
    for (const { type, definition, catalogue } of pages) {
      for (const [name, { required, type: reference, label }] of Object.entries(definition.defaults)) {
        if (required === true || reference !== undefined) assert.equal(label, catalogue.get(`${type}.label.${name}`));
      }
    }
  });
});

for (const page of pages) {
  const { type, form, definition, help } = page;
  const prefix = definition.category === "config" ? "node-config-input" : "node-input";

  describe(`editor: form of ${type}`, () => {
    it("has a field for each property and credential, and no other", () => {
      const properties = [...Object.keys(definition.defaults), ...Object.keys(definition.credentials ?? {})];
      assert.deepEqual(
        controls(page)
          .map(({ id }) => id)
          .sort(),
        properties
          .flatMap((name) => parts[`${type} ${name}`] ?? [name])
          .map((name) => `${prefix}-${name}`)
          .sort(),
      );
    });

    it("labels every field that can be seen, and refers to no element that is missing", () => {
      const visible = controls(page).filter(({ tag }) => !tag.includes('type="hidden"'));
      assert.deepEqual(sorted(all(form, /<label\b[^>]*\bfor="([^"]+)"/g)), sorted(visible.map(({ id }) => id)));
      const ids = all(form, /\bid="([^"]+)"/g);
      assert.equal(new Set(ids).size, ids.length, "ids are unique");
      const referred = all(form, /\baria-(?:describedby|labelledby|controls)="([^"]+)"/g).flatMap((value) =>
        value.split(" "),
      );
      assert.deepEqual(
        referred.filter((id) => !ids.includes(id)),
        [],
      );
    });

    it("gives every button a text or an aria-label", () => {
      for (const [button] of form.matchAll(/<button\b[\s\S]*?<\/button>/g))
        assert.match(button, /data-i18n|aria-label/);
    });

    it("types secrets into password fields", () => {
      for (const name of Object.keys(definition.credentials ?? {})) {
        const field = controls(page).find(({ id }) => id === `${prefix}-${name}`);
        assert.match(field?.tag ?? "", /type="password"[^>]*autocomplete="new-password"/);
      }
    });

    it("takes every colour from the theme", () => {
      const theme = readText("node_modules/@node-red/editor-client/public/red/style.min.css");
      const colours = all(form, /(?:color|background|border|outline|shadow|fill|stroke)[\w-]*\s*:\s*([^;"}]+)/g);
      const isNoColour = (word: string) => /^(?:-?\d+px|solid|transparent)$/.test(word);
      for (const colour of colours.flatMap((value) => value.split(" ")).filter((word) => !isNoColour(word))) {
        assert.match(colour, /^var\(--red-ui-[\w-]+\)$/);
        assert.ok(theme.includes(`${colour.slice(4, -1)}:`), colour);
      }
    });

    it("is well-formed, and has all its words from the catalogue", () => {
      assert.deepEqual(unbalanced(form), []);
      const words = form.replace(/<style>[\s\S]*?<\/style>/g, "").replace(/<[^>]*>/g, "");
      assert.equal(words.trim(), "");
      assert.doesNotMatch(form, /\s(?:placeholder|title|alt|aria-label)="/);
    });

    it("opens links elsewhere, without telling where from", () => {
      for (const [link] of form.matchAll(/<a\b[^>]*>/g))
        assert.match(link, /target="_blank"\s+rel="noopener noreferrer"/);
    });
  });

  describe(`editor: catalogue of ${type}`, () => {
    it("has every key that is used, and no other", () => {
      assert.deepEqual(sorted(page.catalogue.keys()), usedKeys(page));
    });

    it("has text that can stand in HTML, and sentences that end", () => {
      for (const [key, text] of page.catalogue) {
        assert.match(text, /^[^<>&]+$/, key);
        // Of these, the editor's i18n library makes something else.
        assert.doesNotMatch(text, /__(?:count|context|lng|ns)__|\$t\(/, key);
        assert.doesNotMatch(text.replace(/__[a-z]+__/g, "x"), /__|^\s|\s$/, key);
        const isSentence = /\.(?:validation|error|plex-tv|request|chosen|problem)\./.test(key);
        if (isSentence && type === "plex-config")
          assert.match(text, /^(?:[A-Z]|__name__|__setting__|plex\.tv ).*[^.]\.$/, key);
        if (key.includes(".validation.")) assert.match(text, /^[A-Z].*[^.]\.$/, key);
      }
    });
  });

  describe(`editor: help of ${type}`, () => {
    it("starts with the sentence that the palette shows, and follows the style of Node-RED's help", () => {
      assert.match(help, /^\s*<p>[A-Z][^<]+\.<\/p>/);
      assert.match(help, /<dl class="message-properties">/);
      assert.match(help, /<span class="property-type">/);
      assert.deepEqual(unbalanced(help), []);
      assert.doesNotMatch(help, /<(?:b|i|strong|em|h1|h2|style|script)\b/);
      for (const [link] of help.matchAll(/<a\b[^>]*>/g)) assert.match(link, /href="https:\/\/[^"]+" target="_blank"/);
    });
  });
}

for (const { type, help, catalogue, definition } of flowNodes) {
  describe(`editor: help and status of ${type}`, () => {
    it("has the sections of a flow node, and both outputs", () => {
      const inputs = definition.inputs === 1 ? ["Inputs"] : [];
      assert.deepEqual(all(help, /<h3>([^<]+)<\/h3>/g), [...inputs, "Outputs", "Details", "References"]);
      const [ports = ""] = all(help, /<ol class="node-ports">([\s\S]*?)<\/ol>/g);
      const outputs = definition.inputs === 1 ? ["Success", "Error"] : ["Events", "Connection"];
      assert.deepEqual(all(ports, /<li>\s*(\w+)/g), outputs);
    });

    it("explains every error code, in the order of the contract", () => {
      const terms = all(help, /<dt>([a-z-]+)<\/dt>/g);
      assert.deepEqual(terms, [...plexErrorCodes]);
    });

    it("explains every property of msg.error", () => {
      const terms = all(help, /<dt[^>]*>error\.(\w+) /g);
      const expected = ["code", "message", "hint", "retryable", "attempts", "statusCode", "retryAfter", "source"];
      assert.deepEqual(terms, expected);
    });

    it("has a status of less than 20 characters for every state", () => {
      for (const code of statusesOf(type)) {
        const text = catalogue.get(`${type}.status.${code}`) ?? "";
        assert.ok(text.length > 0 && text.length < 20, code);
      }
    });
  });
}

describe("editor: help of plex-config", () => {
  it("explains every setting, under the name that the form gives it", () => {
    const { help, catalogue } = pageOf("plex-config");
    const names = ["url", "token", "tls", "proxy", "timeout", "retries", "clientIdentifier"];
    const labels = names.map((name) => catalogue.get(`plex-config.label.${name}`));
    assert.deepEqual(all(help, /<dt[^>]*>([^<]+) <span/g), labels);
    assert.match(help, /204059436/, "Plex's article on tokens");
  });
});

/** Whether the runtime takes a value, too. */
function accepts(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

interface Case {
  readonly value: unknown;
  /** The key of the sentence below `<type>.validation`; none for a good value. */
  readonly key?: string;
}

interface Table {
  readonly type: string;
  readonly property: string;
  readonly cases: readonly Case[];
  /** What the runtime makes of a value. */
  readonly read?: (value: unknown) => unknown;
}

const good = (...values: unknown[]): Case[] => values.map((value) => ({ value }));
const bad = (key: string, ...values: unknown[]): Case[] => values.map((value) => ({ value, key }));

const tables: readonly Table[] = [
  {
    type: "plex-config",
    property: "url",
    read: readServerUrl,
    cases: [
      ...good(
        "http://192.168.1.10:32400",
        "https://10-0-0-2.abc.plex.direct:32400",
        "HTTP://plex.lan",
        "http://[::1]:32400",
      ),
      ...good(
        " http://plex.lan:32400 ",
        "http://plex.lan:32400/",
        "https://home.example/plex/",
        "http://plex.lan:32400/web",
      ),
      ...good(
        "http://plex.lan:32400/web/index.html#!/settings",
        "http://plex.lan:32400/web/#!/",
        "http://plex.lan/web/?a=b",
      ),
      ...bad("url-missing", "", "  ", undefined, null),
      ...bad("url-scheme", "plex.lan:32400", "192.168.1.10", "ftp://plex.lan", "//plex.lan", "file:///plex"),
      ...bad("url-malformed", "http://", "http://plex lan", "http://plex:99999"),
      ...bad("url-login", "http://me:secret@plex.lan:32400", "https://me@plex.lan"),
      ...bad("url-query", "http://plex.lan:32400/?a=b", "http://plex.lan:32400/library?x"),
      ...bad(
        "url-token",
        "http://plex.lan:32400/?X-Plex-Token=abc",
        "http://plex.lan/library/1?checkFiles=1&x-plex-token=abc",
      ),
      ...bad("url-token", "http://me:secret@plex.lan/?X-Plex-Token=abc", "plex.lan:32400/?X-Plex-Token=abc"),
      // As flow files hold it, and a token does not belong there.
      ...bad(
        "url-token",
        "http://plex.lan:32400/web/index.html?X-Plex-Token=abc",
        "http://plex.lan:32400/web/index.html#!/media?X-Plex-Token=abc",
      ),
      ...bad("reference", "http://${HOST}:32400", "http://plex.lan:${PORT}", " ${PLEX_URL} "),
    ],
  },
  {
    type: "plex-config",
    property: "token",
    read: readToken,
    cases: [
      ...good("abcDEF123_-xyz", " abc ", "__PWRD__", "X-Plex-Token=abc", "x-plex-token: abc", "transient-0123"),
      ...good("http://plex.lan:32400/library/metadata/1?X-Plex-Token=abc&checkFiles=1", "?a=b&X-Plex-Token=abc#!/"),
      ...bad("token-missing", "", "   ", "X-Plex-Token=", "http://plex.lan/?X-Plex-Token=&a=b"),
      ...bad("token-claim", "claim-abc", " claim-abc", "X-Plex-Token=claim-abc"),
      ...bad("token-characters", "abc def", "abc\tdef", "abc\ndef", "ábc", "abc\u200b", "“abc", "abc\u0000"),
      ...bad("reference", "abc${PLEX_TOKEN}", " ${PLEX_TOKEN}", "X-Plex-Token=${PLEX_TOKEN}"),
    ],
  },
  {
    type: "plex-config",
    property: "clientIdentifier",
    cases: [
      ...good("4f6d9d6e-7c52-4a3c-8ac7-0d5ab7cbd5b6", "anything-printable", "${PLEX_ID}"),
      ...bad("identifier-missing", "", " ", undefined),
      ...bad("identifier-characters", "two words", "é"),
      ...bad("reference", "id-${HOST}", " ${HOST}", "'${HOST}'"),
    ],
  },
  {
    type: "plex-config",
    property: "timeout",
    read: (value) => readWholeNumber(value, { label: "timeout", fallback: 10_000, min: 1 }),
    cases: [
      ...good(10000, "10000", 1, "2147483647", " 500 ", "1e3", "", undefined),
      ...bad("timeout", "0", 0, -1, "2147483648", "1.5", "soon", "10s", "NaN", "Infinity", "x${A}", " ${A}", "'${A}'"),
    ],
  },
  {
    type: "plex-config",
    property: "retries",
    read: (value) => readWholeNumber(value, { label: "retries", fallback: 2, min: 0, max: 100 }),
    cases: [
      ...good(2, "2", 0, "0", 100, "", undefined),
      ...bad("retries", -1, "101", "0.5", "many", "x${A}", " ${A}", "'${A}'"),
    ],
  },
  {
    type: "plex-transient-token",
    property: "reuse",
    read: (value) => readWholeNumber(value, { label: "reuse time", fallback: 0, min: 0 }),
    cases: [
      ...good(0, "0", 60, "2820", " 5 ", "2147483647", "", undefined),
      ...bad(
        "reuse",
        -1,
        "2147483648",
        "1.5",
        "1h",
        "soon",
        "NaN",
        "Infinity",
        "x${A}",
        " ${A}",
        "'${A}'",
        "${A} ${B}",
      ),
    ],
  },
  {
    type: "plex-source-connection",
    property: "source",
    read: readSource,
    cases: [
      ...good("server://abc123", " provider://tv.plex.provider.discover ", "server://" + "a".repeat(247)),
      ...bad("source-missing", "", "  "),
      ...bad(
        "source-form",
        "abc123",
        "tv.plex.provider.vod",
        "library://abc",
        "server://",
        "server://a b",
        "SERVER://abc",
      ),
      ...bad("source-form", "server://" + "a".repeat(248), "server://abc?x=1", "server://é"),
      ...bad("source-url", "https://plex.lan:32400", "HTTP://plex.lan"),
      ...bad("source-path", "server://abc/com.plexapp.plugins.library", "provider://abc/"),
    ],
  },
  {
    type: "plex-request",
    property: "path",
    read: (value) => {
      readPlainText(value, "path");
      return readPath(value);
    },
    cases: [
      ...good("/", "/library/sections", "/hubs/search?query=Amélie 2", "/library/all?guid=plex://movie/1", "/a/..b"),
      ...bad("path-missing", "", "  "),
      ...bad("reference", " ${A}", "/a/${A}"),
      ...bad("path-slash", "library", "//example.org", "/%2Fexample.org", "?a=1"),
      ...bad("path-address", "http://example.org/a", "/http://example.org", "/http%3A%2F%2Fexample.org"),
      ...bad("path-upwards", "/..", "/a/../b", "/a/%2e%2E/b", "/a%2f..%2fb", "/a/%252e%252e"),
      ...bad("path-characters", "/a#b", "/a\\b", "/a%5cb", "/a\n", "/a%00", "/a%23", "/a%FF", "/a\ud800"),
      ...bad("path-token", "/a?X-Plex-Token=b", "/a?x%2Dplex-token=b"),
    ],
  },
  {
    type: "plex-request",
    property: "query",
    read: (value) => readQuery(String(value).trim() === "" ? undefined : JSON.parse(String(value))),
    cases: [
      ...good("", " ", "{}", '{"a": 1, "b": ["x", true, null], "c": null}'),
      ...bad("query-form", "a=1", "[1]", "5", "{"),
      ...bad("query-values", '{"a": {}}', '{"a": [[1]]}'),
      ...bad("query-token", '{"X-Plex-Token": "b"}', '{"x-plex%2Dtoken": 1}'),
    ],
  },
  {
    type: "plex-request",
    property: "player",
    read: (value) => (String(value).trim() === "" ? "" : readPlayer(readPlainText(value, "player"))),
    cases: [
      ...good("", " abc-1 ", "a".repeat(256)),
      ...bad("player-form", "Living room", "é", "a".repeat(257)),
      ...bad("reference", " ${A}", "a${A}"),
    ],
  },
  {
    type: "plex-request",
    property: "limit",
    read: (value) => readWholeNumber(value, { label: "limit", fallback: 1000, min: 1 }),
    cases: [
      ...good(1000, "1", "", undefined, " 5 "),
      ...bad("limit", 0, "0", -1, "1.5", "many", "2147483648", " ${A}"),
    ],
  },
  {
    type: "plex-request",
    property: "via",
    cases: [...good("", "payload", "plex.source", undefined), ...bad("via", "a b", "a..b", "[")],
  },
  {
    type: "plex-events",
    property: "settle",
    read: (value) => readWholeNumber(value, { label: "settling time", fallback: 2, min: 0, max: 3600 }),
    cases: [
      ...good(2, "2", 0, "0", " 30 ", "3600", "", undefined),
      ...bad("settle", -1, "3601", "1.5", "2s", "soon", "NaN", "x${A}", " ${A}"),
    ],
  },
  ...["player", "user"].map((property): Table => ({
    type: "plex-events",
    property,
    read: (value) => readPlainText(value, property),
    cases: [
      ...good("", "Living Room TV", "0123456789abcdef", " 7 ", undefined),
      ...bad("reference", "x${A}", "${A} TV", " ${A}"),
    ],
  })),
  {
    type: "plex-events",
    property: "media",
    cases: [...good(["movie"], ["movie", "clip"], undefined), ...bad("media", [], "", null)],
  },
  ...flowNodes
    .filter(({ definition }) => "property" in definition.defaults)
    .map(({ type }): Table => ({
      type,
      property: "property",
      cases: [
        ...good("payload", "plex.token", "a[0].b", "a['b c']", undefined),
        ...bad("property", "", " ", "a b", "a..b", "a.", "[", "a["),
      ],
    })),
];

describe("editor: validators, with no dialog open", () => {
  for (const { type, property, cases, read } of tables) {
    const page = pageOf(type);
    const node = page.createNode({ sourceType: "str" });

    for (const { value, key } of cases) {
      const shown = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);

      it(`${type} ${property}: ${shown} ${key === undefined ? "is taken" : `is refused (${key})`}`, () => {
        const sentence = key === undefined ? true : page.catalogue.get(`${type}.validation.${key}`);
        assert.notEqual(sentence, undefined, "the sentence is in the catalogue");
        assert.equal(page.validate(property, value, node), sentence);
      });

      if (read && value !== "__PWRD__") {
        it(`${type} ${property}: ${shown} is ${key === undefined ? "taken" : "refused"} by the runtime, too`, () => {
          assert.equal(
            accepts(() => read(value)),
            key === undefined,
          );
        });
      }
    }

    it(`${type} ${property}: a whole environment reference is taken`, () => {
      if (property !== "property" && property !== "media")
        assert.equal(page.validate(property, "${PLEX_VALUE}", node), true);
    });
  }

  it("leaves sources that are not text to Node-RED's own rules", () => {
    const page = pageOf("plex-source-connection");
    const say = (sourceType: string | undefined, value: unknown) =>
      page.validate("source", value, page.createNode({ sourceType }));
    for (const type of ["msg", "flow", "global"]) {
      assert.equal(say(type, "plex.source"), true);
      assert.equal(say(type, "a b"), `Node-RED: invalid ${type} property`);
    }
    assert.equal(say("env", "PLEX_SOURCE"), true);
    assert.equal(say("jsonata", "payload & 'x'"), true);
    assert.equal(say(undefined, undefined), true, "a node without the property takes msg.payload, as the runtime does");
    for (const type of ["msg", "flow", "global", "env", "jsonata"]) {
      assert.equal(say(type, ""), "Say where the source comes from.");
    }
  });

  it("never repeats what was entered", () => {
    const entered = "SEKRET<b>";
    for (const page of pages) {
      const validated = Object.entries({ ...page.definition.defaults, ...page.definition.credentials });
      for (const [name] of validated.filter(([, definition]) => "validate" in definition)) {
        for (const value of [
          entered,
          `claim-${entered}`,
          `http://${entered}@x/?X-Plex-Token=${entered}`,
          `\${${entered}}x`,
        ]) {
          assert.doesNotMatch(String(page.validate(name, value, page.createNode({ sourceType: "str" }))), /SEKRET/);
        }
      }
    }
  });
});

describe("editor: plex-config dialog", () => {
  const page = pageOf("plex-config");
  const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const id = (name: string) => `node-config-input-${name}`;
  const empty = {
    [id("url")]: "",
    [id("token")]: "",
    [id("timeout")]: "10000",
    [id("retries")]: "2",
    [id("clientIdentifier")]: "",
  };
  const open = (values: Record<string, string> = {}, properties: Record<string, unknown> = {}) => {
    const named = Object.fromEntries(Object.entries(values).map(([name, value]) => [id(name), value]));
    return page.openDialog(page.createNode(properties), { ...empty, ...named });
  };
  const said = (fields: ReturnType<typeof open>, name: string) =>
    fields.find(`#plex-config-${name}-message`).shown.trim();

  afterEach(() => {
    page.closeDialog();
  });

  it("makes an identifier where there is none, another one for each node", () => {
    const made = [open(), open()].map((fields) => fields.find(`#${id("clientIdentifier")}`).val());
    for (const identifier of made) assert.match(String(identifier), uuid4);
    assert.notEqual(made[0], made[1]);
  });

  it("keeps the identifier that is there, and makes a new one only when it is cleared", () => {
    const fields = open({ clientIdentifier: "kept" });
    const field = fields.find(`#${id("clientIdentifier")}`);
    assert.equal(field.val(), "kept");
    fields.type(id("clientIdentifier"), "my own");
    assert.equal(field.val(), "my own");
    fields.type(id("clientIdentifier"), "");
    assert.match(String(field.val()), uuid4);
  });

  it("makes an identifier for a node that is imported without one, and not for one that is deployed", () => {
    const imported = page.createNode({ changed: true });
    const deployed = page.createNode({ changed: false });
    const complete = page.createNode({ changed: true, clientIdentifier: "kept" });
    const other = page.createNode({ changed: true, type: "mqtt-broker" });
    for (const node of [imported, deployed, complete, other]) page.emit("nodes:add", node);
    assert.match(String(imported["clientIdentifier"]), uuid4);
    assert.equal(deployed["clientIdentifier"], undefined);
    assert.equal(complete["clientIdentifier"], "kept");
    assert.equal(other["clientIdentifier"], undefined);
  });

  it("says nothing about fields that are still empty, or about a stored token", () => {
    const fields = open({ token: "__PWRD__" });
    assert.deepEqual([said(fields, "url"), said(fields, "token")], ["", ""]);
  });

  it("says at once what is wrong with the token, and takes it back", () => {
    const fields = open();
    const field = fields.find(`#${id("token")}`);
    const line = fields.find("#plex-config-token-message");
    fields.type(id("token"), "claim-123");
    assert.equal(said(fields, "token"), page.catalogue.get("plex-config.validation.token-claim"));
    assert.equal(field.attributes["aria-invalid"], "true");
    assert.ok(line.classes.has("plex-access-problem"));
    fields.type(id("token"), "good");
    assert.equal(said(fields, "token"), "");
    assert.equal(field.attributes["aria-invalid"], "false");
    assert.equal(line.classes.has("plex-access-problem"), false);
  });

  it("warns of a transient token without refusing it", () => {
    const fields = open({ token: "X-Plex-Token=transient-123" });
    assert.equal(said(fields, "token"), page.catalogue.get("plex-config.tip.transient"));
    assert.equal(fields.find(`#${id("token")}`).attributes["aria-invalid"], "false");
  });

  it("announces these sentences politely", () => {
    for (const name of ["url", "token", "timeout", "retries", "clientIdentifier"]) {
      const [line = ""] = page.form.match(new RegExp(`<div\\b[^>]*id="plex-config-${name}-message"[^>]*>`)) ?? [];
      assert.match(line, /role="status" aria-live="polite"/);
    }
  });

  it("opens the further settings where one of them is set or wrong", () => {
    const isOpen = (fields: ReturnType<typeof open>) => fields.find("#plex-config-more").attributes["open"];
    assert.equal(isOpen(open()), false);
    assert.equal(isOpen(open({}, { tls: "some-id" })), true);
    assert.equal(isOpen(open({}, { proxy: "some-id" })), true);
    assert.equal(isOpen(open({ timeout: "soon" })), true);
  });

  it("is labelled with its name, else the host of its URL, else a word", () => {
    const label = (properties: Record<string, unknown>) => page.definition.label.call(page.createNode(properties));
    assert.equal(label({ name: "Attic", url: "http://plex.lan:32400" }), "Attic");
    assert.equal(label({ name: "", url: "http://me:secret@plex.lan:32400/plex" }), "plex.lan:32400");
    assert.equal(label({ name: "", url: "${PLEX_URL}" }), "Plex server");
    assert.equal(label({}), "Plex server");
  });
});

describe("editor: plex-source-connection dialog", () => {
  const page = pageOf("plex-source-connection");
  const open = (type: string, source: string) =>
    page.openDialog(page.createNode({ id: "edited", sourceType: "msg" }), {
      "node-input-source": source,
      "node-input-sourceType": type,
    });

  afterEach(() => {
    page.definition.oneditsave?.call(page.createNode());
    page.closeDialog();
  });

  it("validates by the type that is chosen in the form, for the node that is edited alone", () => {
    open("str", "nonsense");
    const say = (id: string) => page.validate("source", "payload", page.createNode({ id, sourceType: "msg" }));
    assert.equal(say("edited"), page.catalogue.get("plex-source-connection.validation.source-form"));
    assert.equal(say("another"), true);
  });

  it("says below the field what is wrong, and takes it back", () => {
    const fields = open("str", "");
    const line = fields.find("#plex-source-connection-source-message");
    fields.type("node-input-source", "https://plex.lan");
    assert.equal(line.shown.trim(), page.catalogue.get("plex-source-connection.validation.source-url"));
    fields.type("node-input-source", "server://abc");
    assert.equal(line.shown, "");
  });
});
