import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import ts from "typescript";
import { npm } from "../testing/node-red/runtimes";

/** What bench/peers pins. */
export type Peer = "ctrl-plex" | "plexjs" | "home-assistant-websocket";

/** The root of the project. */
export const root = resolve(__dirname, "..");
/** What is made once and kept for the next run. */
export const cache = join(root, ".cache", "bench");
const scripts = join(cache, "inside");

/** A script of bench/inside, once {@link buildInside} has run. */
export const insideScript = (name: string): string => join(scripts, `${name}.js`);

/** Makes plain JavaScript of bench/inside: what is measured runs without a TypeScript loader beside it. */
export async function buildInside(): Promise<void> {
  const source = join(root, "bench", "inside");
  await rm(scripts, { recursive: true, force: true });
  await mkdir(scripts, { recursive: true });
  await writeFile(join(scripts, "package.json"), '{ "type": "commonjs" }');
  const compilerOptions = { module: ts.ModuleKind.Node16, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  for (const file of await readdir(source)) {
    const text = await readFile(join(source, file), "utf8");
    const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: file });
    await writeFile(join(scripts, file.replace(/\.ts$/, ".js")), outputText);
  }
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

/** Installs a peer as pinned, unless it is there already, and returns the folder that has it in its node_modules. */
export async function installPeer(peer: Peer): Promise<string> {
  const [from, to] = [join(root, "bench", "peers", peer), join(cache, peer)];
  const wanted = await readFile(join(from, "package-lock.json"), "utf8");
  const installedLock = join(to, "installed-lock.json");
  if ((await readIfThere(installedLock)) === wanted) return to;
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) await cp(join(from, file), join(to, file));
  await npm(to, ["ci", "--ignore-scripts", "--prefer-offline"]);
  await writeFile(installedLock, wanted);
  return to;
}
