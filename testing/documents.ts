import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(__dirname, "..");

/** A document as text, and what is needed of its structure. */
export class Document {
  readonly text: string;

  /** @param name its path from the root of the repository */
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

  /** Where its links lead, pictures not counted: of those in the text, and of those that are defined at its end. */
  get links(): string[] {
    const inText = this.prose.matchAll(/(?<!!\[[^\]]*)\]\(([^)\s]+)\)/g);
    const defined = this.prose.matchAll(/^\[[^\]]+\]: (\S+)$/gm);
    return [...inText, ...defined].map(([, target = ""]) => target);
  }

  /** Where its pictures are, in Markdown and in HTML, `srcset` too. */
  get pictures(): string[] {
    const text = this.prose.replace(/`[^`\n]*`/g, "");
    const markdown = text.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g);
    const html = text.matchAll(/\bsrc(?:set)?="([^"]+)"/g);
    return [...markdown, ...html].map(([, target = ""]) => target);
  }

  /** What stands below a heading, up to the next one of the same or a higher rank. */
  section(heading: string): string {
    const lines = this.text.split("\n");
    const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
    assert.notEqual(start, -1, `${this.name} has no heading "${heading}".`);
    const rank = (lines[start] ?? "").indexOf(" ");
    const length = lines.slice(start + 1).findIndex((line) => new RegExp(`^#{1,${rank}} `).test(line));
    return lines.slice(start, length === -1 ? undefined : start + 1 + length).join("\n");
  }
}

/** The pages of docs/, by their paths from the root. */
export const pageNames = readdirSync(join(root, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);

/** Every document that people write. */
export const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", ...pageNames].map(
  (name) => new Document(name),
);

/** The code blocks of a language, without the indentation that they have in a list. */
export function blocks(markdown: string, language: string): string[] {
  const block = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\`$`, "gm");
  return [...markdown.matchAll(block)].map(([, indent = "", code = ""]) =>
    code.replace(new RegExp(`^${indent}`, "gm"), ""),
  );
}

/** The rows of all tables, without their heads: each a list of trimmed cells. */
export function rows(markdown: string): string[][] {
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

/** The items of all lists that are not inside of others, each on one line and without its `- `. */
export function items(markdown: string): string[] {
  const lists = markdown.replace(/^ *```[\s\S]*?^ *```$/gm, "").matchAll(/^- (.+(?:\n {2,}\S.*)*)/gm);
  return [...lists].map(([, item = ""]) => item.replace(/\n +/g, " "));
}

/** What stands in backticks. */
export function quoted(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
}

/** The anchor that GitHub gives to a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/ /g, "-");
}

/** The files of a folder with this ending, by their paths from the root. */
export function filesIn(folder: string, ending: string): string[] {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
  assert.ok(files.length > 0);
  return files.map((name) => `${folder}/${name}`);
}
