import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { npm } from "./runtimes";

const root = resolve(__dirname, "../..");
const leftOut = new Set([".git", ".cache", "node_modules", "dist"]);

let folders: string | undefined;

/** A new, empty folder that is gone when the tests are over. */
export async function makeFolder(name: string): Promise<string> {
  if (folders === undefined) {
    const made = realpathSync(mkdtempSync(join(tmpdir(), "plex-access-test-")));
    process.once("exit", () => {
      rmSync(made, { recursive: true, force: true, maxRetries: 3 });
    });
    folders = made;
  }
  const siblings = await readdir(folders);
  const folder = join(folders, `${name}-${siblings.length}`);
  await mkdir(folder);
  return folder;
}

/** Builds and packs a copy of the working tree, so that nothing which an earlier build left behind gets in. */
async function pack(): Promise<string> {
  const copy = await makeFolder("source");
  await cp(root, copy, { recursive: true, filter: (path) => !leftOut.has(basename(path)) });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  const destination = await makeFolder("tarball");
  await npm(copy, ["pack", "--pack-destination", destination]);
  const [tarball] = await readdir(destination);
  if (tarball === undefined) throw new Error("npm pack made no tarball.");
  return join(destination, tarball);
}

async function installPackage(): Promise<string> {
  const folder = await makeFolder("consumer");
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  await npm(folder, ["install", await packPackage(), "--prefer-offline"]);
  return folder;
}

let packed: Promise<string> | undefined;
let installed: Promise<string> | undefined;

/** The path of the tarball that would be published, made once for a run. */
export function packPackage(): Promise<string> {
  return (packed ??= pack());
}

/** A folder into which npm has installed that tarball and nothing else, once for a run: to be looked at and copied. */
export function getInstalledPackage(): Promise<string> {
  return (installed ??= installPackage());
}
