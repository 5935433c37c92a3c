import { lstat, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What an installation takes up. */
export interface Size {
  readonly packages: number;
  readonly files: number;
  /** Bytes, as the sum of all files. */
  readonly bytes: number;
  /** Bytes on the disk, in whole blocks; the former where the system does not tell. */
  readonly disk: number;
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

/** Measures the node_modules in a folder into which npm has installed one package for production. */
export async function measureSize(folder: string): Promise<Size> {
  const modules = join(folder, "node_modules");
  const lock = join(modules, ".package-lock.json");
  const files = (await listFiles(modules)).filter((file) => file !== lock);
  const stats = await Promise.all(files.map((file) => lstat(file)));
  const { packages } = JSON.parse(await readFile(lock, "utf8")) as { packages: object };
  const add = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);
  return {
    packages: Object.keys(packages).length,
    files: files.length,
    bytes: add(stats.map(({ size }) => size)),
    disk: add(stats.map(({ size, blocks }) => (blocks > 0 ? blocks * 512 : size))),
  };
}
