import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, it } from "mocha";
import { repository, scripts } from "../package.json";
import { anchor, blocks, Document, documents, filesIn, pageNames, quoted, root } from "../testing/documents";

/** As GitHub has it: owner and name. */
const ownName = /github\.com\/(.+)\.git$/.exec(repository.url)?.[1] ?? "";
const ownFile = `https://github.com/${ownName}/blob/main/`;
const ownRawFile = `https://raw.githubusercontent.com/${ownName}/main/`;
const readme = new Document("README.md");
const index = new Document("docs/README.md");

/** What a reader would type: everything in backticks, and the shell blocks. */
function commands(markdown: string): string {
  return [...quoted(markdown), ...blocks(markdown, "sh")].join("\n");
}

/** The file of the repository that a link leads to, and the place in it; undefined for one that leads elsewhere. */
function targetOf(link: string, document: Document): { file: string; fragment: string | undefined } | undefined {
  const [address = "", fragment] = link.split("#");
  const own = [ownFile, ownRawFile].find((start) => address.startsWith(start));
  if (own !== undefined) return { file: address.slice(own.length), fragment };
  if (/^https:\/\//.test(address)) return undefined;
  return { file: address === "" ? document.name : join(dirname(document.name), address), fragment };
}

describe("documents: README.md on npm and in the Flow Library", () => {
  it("is short, and begins with how to install it", () => {
    assert.ok(Buffer.byteLength(readme.text) <= 14 * 1024);
    assert.ok(readme.text.split("\n").slice(0, 12).includes("## Install"));
  });

  // The library rewrites a relative picture to the branch master, which is not there, and leaves srcset as it is.
  it("has its pictures by absolute addresses, without srcset", () => {
    assert.ok(readme.pictures.length > 0);
    for (const picture of readme.pictures) {
      assert.ok(picture.startsWith(ownRawFile), picture);
      assert.ok(existsSync(join(root, picture.slice(ownRawFile.length))), picture);
    }
    assert.doesNotMatch(readme.prose, /srcset/);
  });

  // It does the same with relative links, and gives headings no anchors.
  it("has its links by absolute addresses", () => {
    assert.ok(readme.links.length > 0);
    for (const link of readme.links) assert.match(link, /^https:\/\//);
    for (const link of readme.links.filter((target) => target.includes(ownName))) {
      assert.ok(link.startsWith(ownFile), link);
    }
  });
});

describe("documents: the pages", () => {
  const pages = pageNames.filter((name) => name !== index.name).map((name) => new Document(name));
  const flows = filesIn("examples", ".json")
    .map((file) => basename(file, ".json"))
    .filter((name) => Number.parseInt(name, 10) >= 8);

  it("are all in the index, once", () => {
    for (const { name } of pages) {
      assert.equal(index.links.filter((link) => link === basename(name)).length, 1, name);
    }
  });

  it("are one for each flow for a home, and the index leads to all of them", () => {
    const ofFlows = pages.filter(({ text }) => /^Example \*\*.+\*\*/m.test(text));
    assert.equal(ofFlows.length, flows.length);
    for (const flow of flows) {
      assert.match(index.text, new RegExp(`\\| ${flow} *\\|`), flow);
      assert.equal(ofFlows.filter(({ text }) => text.includes(`Example **${flow}**`)).length, 1, flow);
    }
  });

  it("name the topics that the flows have", () => {
    const nodes = flows.map((name) => readFileSync(join(root, "examples", `${name}.json`), "utf8")).join("\n");
    const topics = pages.flatMap(({ text }) => [...text.matchAll(/`(home\/[\w/-]+)`/g)].map(([, topic = ""]) => topic));
    assert.ok(topics.length > 10);
    for (const topic of topics) {
      assert.ok(nodes.includes(topic) || nodes.includes(topic.replace(/[\w-]+$/, "+")), topic);
    }
  });
});

describe("documents: what all of them hold to", () => {
  const ofNpm = new Set(["ci", "init", "install", "pack", "publish", "version"]);
  const shorthand = new Set(["start", "test"]);

  for (const document of documents) {
    it(`${document.name} names scripts that exist`, () => {
      for (const [command, run, name = ""] of commands(document.text).matchAll(/\bnpm (run )?([a-z]+)\b/g)) {
        if (!run && ofNpm.has(name)) continue;
        assert.ok(run !== undefined || shorthand.has(name), command);
        assert.ok(Object.hasOwn(scripts, name), command);
      }
    });

    it(`${document.name} has links and pictures that are there`, () => {
      assert.ok(document.links.length > 0);
      for (const link of [...document.links, ...document.pictures]) {
        const target = targetOf(link, document);
        if (target === undefined) continue;
        assert.ok(existsSync(join(root, target.file)), link);
        if (target.fragment === undefined) continue;
        assert.ok(new Document(target.file).headings.map(anchor).includes(target.fragment), link);
      }
      const names = [...document.prose.matchAll(/\]\[([a-z-]+)\]/g)].map(([, name = ""]) => name);
      for (const name of names) assert.ok(document.prose.includes(`\n[${name}]: `), name);
    });

    it(`${document.name} has no table that is wider than a screen`, () => {
      for (const line of document.prose.split("\n").filter((text) => /^ *\|/.test(text))) {
        assert.ok(line.length <= 160, `${line.length} columns: ${line.slice(0, 60)}…`);
      }
    });

    it(`${document.name} shows JSON that is JSON`, () => {
      for (const json of blocks(document.text, "json")) assert.doesNotThrow(() => JSON.parse(json) as unknown, json);
    });
  }
});

describe("documents: what GitHub reads", () => {
  const folder = join(root, ".github");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:yml|md)$/.test(name));
  const text = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");

  it("leads to files that are there", () => {
    const links = text.split(/\s+/).filter((word) => word.startsWith(ownFile));
    assert.ok(links.length > 0);
    for (const link of links) assert.ok(existsSync(join(root, link.slice(ownFile.length))), link);
  });

  it("runs scripts that are there, .ci/run among them", () => {
    const run = [...text.matchAll(/\bbash (\S+)/g)].map(([, script = ""]) => script);
    assert.ok(run.includes(".ci/run"));
    for (const script of run) assert.ok(existsSync(join(root, script)), script);
  });
});
