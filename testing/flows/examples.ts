import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";

const root = join(__dirname, "..", "..");

/** What an example has in the place of a server's address; its comments tell the user to change it. */
export const PLACEHOLDER_URL = "http://192.168.1.10:32400";

/** What an example has in the place of a server's machine identifier. */
export const PLACEHOLDER_SERVER = "server://0123456789abcdef0123456789abcdef01234567";

/** A node as it stands in an exported flow. */
export interface ExampleNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly name?: string;
  readonly info?: string;
  readonly x?: number;
  readonly y?: number;
  readonly wires?: readonly (readonly string[])[];
  readonly [property: string]: unknown;
}

/** The names of the files in examples/, without their ending: what the editor's Import menu shows. */
export function listExamples(): string[] {
  const files = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => parse(file).name)
    .sort();
}

/** The text of an example. */
export function readExampleText(name: string): string {
  return readFileSync(join(root, "examples", `${name}.json`), "utf8");
}

/** The nodes of an example. */
export function readExample(name: string): ExampleNode[] {
  return JSON.parse(readExampleText(name)) as ExampleNode[];
}

/** The node types of this package. */
export function ownTypes(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    "node-red": { nodes: Record<string, string> };
  };
  return Object.keys(manifest["node-red"].nodes);
}
