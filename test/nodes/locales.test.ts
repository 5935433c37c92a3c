import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import manifest from "../../package.json";
import { plexErrorCodes } from "../../src/errors";
import { findScripts, readHelp as readHelpPage, readText } from "../../testing/forms/editor";

const root = resolve(__dirname, "../..");
const source = "en-US";
const types = Object.keys(manifest["node-red"].nodes);
const core = readdirSync(resolve(root, "node_modules/@node-red/nodes/locales")).sort();
const languages = core.filter((language) => language !== source);

/** What says the same in every language: addresses, codes, and names of products, protocols and node types. */
const untranslatable = new RegExp(
  [
    ...types.map((type) => type.replaceAll("-", " ")),
    "__\\w+__",
    "\\$\\{[^}]*\\}",
    "\\b[a-z]+://\\S*",
    "X-Plex-[\\w-]+",
    "Plex Media Server(?: API)?",
    "Plex Web",
    "Node-RED",
    "plex(?:\\.(?:tv|direct))?",
    "\\b(?:TLS|HTTPS?|DNS|GDM|URL|API|ms)\\b",
  ].join("|"),
  "gi",
);

/** Single words that a language happens to share with English. */
const sharedWords: Readonly<Record<string, readonly string[]>> = {
  de: ["Details", "Player", "Proxy", "Server", "Token", "offline", "ok", "online"],
  "es-ES": ["Error", "Proxy", "Token", "error", "local", "ok"],
  fr: ["Photos", "Proxy", "Source", "Sources", "ok", "version"],
  "pt-BR": ["Proxy", "Token", "local", "offline", "ok", "online"],
};

/** Words that English sentences can hardly do without, and no other language here has. */
const englishWords = /(?<![\p{L}\p{N}_/.-])(?:the|of|and|this|which|when)(?![\p{L}\p{N}_/-])/iu;

/** Parts of a sentence that programs and people have to find unchanged. */
const fixed =
  /\$\{[^}]*\}|\b[a-z]+:\/\/(?:[\w.:[\]/…-]*[\w/…])?|X-Plex-[\w-]+|\bplex\.(?:tv|direct)|Node-RED|\d[\d.]*\b/g;

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = ""]) => found);
const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
const sentences = (text: string): string[] =>
  oneLine(text)
    .split(/(?<=[.:;?!])\s/)
    .filter((sentence) => sentence.split(" ").length > 3);

function flatten(tree: object, path: readonly string[] = []): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, unknown][] =>
    typeof value === "object" && value !== null
      ? flatten(value, [...path, key])
      : [[[...path, key].join("."), value] as [string, unknown]],
  );
}

function readCatalogue(language: string, type: string): Map<string, string> {
  const entries = flatten(JSON.parse(readText(`nodes/locales/${language}/${type}.json`)) as object);
  for (const [key, value] of entries) assert.equal(typeof value, "string", key);
  return new Map(entries as [string, string][]);
}

function readHelp(language: string, type: string): string {
  const html = readHelpPage(language, type);
  const [help, ...others] = findScripts(html, `data-help-name="${type}"`);
  assert.ok(help !== undefined && others.length === 0, "one help text, for this node");
  return help;
}

/** Every tag with its attributes, in order. */
const tags = (help: string): string[] => [...help.matchAll(/<[^>]+>/g)].map(([tag]) => oneLine(tag).replace(" >", ">"));

/** Paragraphs, terms, definitions and the like: the tags in one of them may be in another order, as words are. */
const blocks = (help: string): string[] => help.split(/<\/?(?:p|dl|dt|dd|ol|ul|li|h3|h4)\b[^>]*>/).map(oneLine);

/** What a block says, without code and links. */
const words = (block: string): string => oneLine(block.replace(/<(code|a)\b[^>]*>[\s\S]*?<\/\1\s*>|<[^>]*>/g, " "));

const codes = (block: string): string[] => all(block, /<code>([\s\S]*?)<\/code>/g).sort();

/** What stands before the type of each property, and the codes of the errors. */
const terms = (help: string): string[] => all(help, /<dt\b[^>]*>([^<]*)/g).map(oneLine);

/** What is to be translated: paragraphs, definitions, headings and the words of links, but not the terms. */
function texts(help: string): string[] {
  const translatable = help.replace(/<dt\b[\s\S]*?<\/dt>/g, "");
  return [...blocks(translatable).map(words), ...all(translatable, /<a\b[^>]*>([\s\S]*?)<\/a\s*>/g).map(oneLine)];
}

/** Whether nothing but words that this language shares with English is left when names and codes are taken out. */
function isTheSame(text: string, language: string): boolean {
  const rest = text.replace(untranslatable, " ").match(/\p{L}+/gu) ?? [];
  return rest.length === 0 || (rest.length === 1 && (sharedWords[language] ?? []).includes(rest[0]));
}

describe("locales", () => {
  it("are those of Node-RED itself, each with a catalogue and a help text for each node", () => {
    assert.equal(core.length, 10);
    assert.deepEqual(readdirSync(resolve(root, "nodes/locales")).sort(), core);
    const files = types.flatMap((type) => [`${type}.html`, `${type}.json`]).sort();
    for (const language of core) {
      assert.deepEqual(readdirSync(resolve(root, "nodes/locales", language)).sort(), files, language);
    }
  });
});

describe("locales: help of the nodes that take messages", () => {
  /** What is said of errors and of the status, which is the same for all of them. */
  const readErrors = (language: string, type: string) => {
    const [, errors = ""] = readHelp(language, type).split(/<h4>(?=[^<]*<\/h4>(?:(?!<h4>)[\s\S])*<dt>not-configured)/);
    return oneLine(errors).replaceAll(type, "TYPE").replaceAll("> ", ">").replaceAll(" <", "<");
  };

  for (const language of core) {
    it(`tells of errors and status in the same words: ${language}`, () => {
      const [first, ...others] = ["plex-transient-token", "plex-source-connection", "plex-request"];
      const errors = readErrors(language, first);
      assert.match(errors, /TYPE\.status\.timeout/);
      for (const type of others) assert.equal(readErrors(language, type), errors, type);
    });
  }

  it("tells that the status shows when a node waits to try again", () => {
    assert.match(oneLine(readHelp(source, "plex-request")), / a blue dot while .* while the node waits to try again, /);
  });
});

for (const language of languages) {
  describe(`locales: ${language}`, () => {
    for (const type of types) {
      const load = <T>(read: (language: string, type: string) => T, ending: string): [english: T, translated: T] => {
        const path = `nodes/locales/${language}/${type}.${ending}`;
        assert.ok(existsSync(resolve(root, path)), `${path} is there`);
        return [read(source, type), read(language, type)];
      };
      const catalogues = () => load(readCatalogue, "json");
      const helps = () => load(readHelp, "html");
      const check = (complaint: (english: string, translated: string, key: string) => string) => {
        const [english, translated] = catalogues();
        const complaints = [...translated].flatMap(([key, text]) => {
          const said = complaint(english.get(key) ?? "", text, key);
          return said === "" ? [] : [`${key}: ${said}`];
        });
        assert.deepEqual(complaints, []);
      };

      it(`${type}: has the keys of ${source}, in their order`, () => {
        const [english, translated] = catalogues();
        assert.deepEqual([...translated.keys()], [...english.keys()]);
      });

      it(`${type}: has text for each key that can stand in HTML, and full stops where ${source} has them`, () => {
        check((english, text) => {
          if (!/^[^<>&]+$/.test(text) || text.trim() !== text) return `is empty, or holds what cannot be: "${text}"`;
          const ends = (value: string) => /[.。]$/.test(value);
          return ends(text) === ends(english) ? "" : `ends otherwise: "${text}"`;
        });
      });

      it(`${type}: has the placeholders of ${source}`, () => {
        const placeholders = (text: string) => (text.match(/__\w+?__|\$t\([^)]*\)/g) ?? []).sort().join();
        check((english, text) => (placeholders(english) === placeholders(text) ? "" : `"${text}"`));
      });

      it(`${type}: keeps addresses, codes and numbers`, () => {
        check((english, text) =>
          (english.match(fixed) ?? [])
            .filter((part) => !text.includes(part))
            .map((part) => `lacks ${part}`)
            .join(),
        );
      });

      it(`${type}: leaves nothing in English that can be translated`, () => {
        check((english, text) => {
          if (text === english) return isTheSame(text, language) ? "" : `is English: "${text}"`;
          const left = sentences(english).filter((sentence) => text.includes(sentence));
          if (left.length > 0) return `has the English "${left.join(" ")}"`;
          return englishWords.test(text.replace(untranslatable, " ")) ? `looks like English: "${text}"` : "";
        });
      });

      it(`${type}: has a status of less than 20 characters for every state`, () => {
        check((_, text, key) => (!key.includes(".status.") || text.length < 20 ? "" : `is too long: "${text}"`));
      });

      it(`${type}: help has the tags of ${source}, in their order, with their attributes and links`, () => {
        const [english, translated] = helps();
        assert.deepEqual(tags(translated), tags(english));
        const wrapper = (name: string) => tags(readText(`nodes/locales/${name}/${type}.html`))[0];
        assert.equal(wrapper(language), wrapper(source));
      });

      it(`${type}: help has the code of ${source} in each paragraph`, () => {
        const [english, translated] = helps().map((help) => blocks(help).map(codes));
        assert.deepEqual(translated, english);
      });

      it(`${type}: help keeps names and numbers`, () => {
        const [english = [], translated = []] = helps().map((help) => blocks(help).map(words));
        for (const [index, block] of english.entries()) {
          const lacks = (block.match(fixed) ?? []).filter((part) => !(translated[index] ?? "").includes(part));
          assert.deepEqual(lacks, [], `"${translated[index] ?? ""}" for "${block}"`);
        }
      });

      it(`${type}: help explains every property and error code, or every setting by the name in its form`, () => {
        const [english, translated] = helps();
        const [labels, names] = catalogues();
        const keys = [...labels.keys()].filter((key) => key.startsWith(`${type}.label.`));
        const expected = terms(english).map((term) => {
          const key = type === "plex-config" ? keys.find((name) => labels.get(name) === term) : undefined;
          return key === undefined ? term : names.get(key);
        });
        assert.deepEqual(terms(translated), expected);
        if (type !== "plex-config") assert.deepEqual(terms(translated).slice(-plexErrorCodes.length), plexErrorCodes);
      });

      it(`${type}: help calls buttons by the names that they have in the form`, () => {
        const [english, translated] = helps().map(oneLine);
        const [labels, names] = catalogues();
        const buttons = [...labels].filter(([key, label]) => key.includes(".action.") && english?.includes(label));
        const missing = buttons.map(([key]) => names.get(key) ?? key).filter((name) => !translated?.includes(name));
        assert.deepEqual(missing, []);
      });

      it(`${type}: help leaves nothing in English that can be translated`, () => {
        const [english, translated] = helps().map((help) => texts(help)) as [string[], string[]];
        const known = english.flatMap(sentences);
        const left = translated.filter((text, index) => {
          if (text === english[index]) return !isTheSame(text, language);
          return known.some((sentence) => text.includes(sentence)) || englishWords.test(text);
        });
        assert.deepEqual(left, []);
      });
    }
  });
}
