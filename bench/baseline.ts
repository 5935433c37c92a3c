import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { npm } from "../testing/node-red/runtimes";
import { cache, root } from "./places";

const run = promisify(execFile);

/** The state of this project that all later ones are compared to. */
export const baselineCommit = "6591ede2fcd3edbb0eb657f48b931b94c61f15fb";

/** Where it is installed; or why it is not. */
export interface Baseline {
  readonly folder?: string;
  readonly missing?: string;
}

/** Whether git is there, and that commit: a shallow clone has none of it, a tarball no history at all. */
async function isThere(): Promise<boolean> {
  return run("git", ["cat-file", "-e", `${baselineCommit}^{commit}`], { cwd: root }).then(
    () => true,
    () => false,
  );
}

async function checkOut(folder: string): Promise<void> {
  const archive = join(cache, "baseline.tar");
  await run("git", ["archive", "--output", archive, baselineCommit], { cwd: root });
  await mkdir(folder, { recursive: true });
  await run("tar", ["-xf", archive, "-C", folder]);
  await rm(archive);
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
}

/** Builds, packs and installs that commit, unless it is there already, and tells the folder with it in its node_modules. */
export async function installBaseline(): Promise<Baseline> {
  const folder = join(cache, "baseline");
  const stamp = join(folder, "installed-commit");
  if ((await readFile(stamp, "utf8").catch(() => "")) === baselineCommit) return { folder };
  if (!(await isThere())) {
    const hint = "in a shallow clone, `git fetch --unshallow` brings it";
    return { missing: `its commit ${baselineCommit.slice(0, 7)} is not in the history here (${hint}).` };
  }
  const [source, packed] = [join(cache, "baseline-source"), join(cache, "baseline-packed")];
  for (const each of [folder, source, packed]) await rm(each, { recursive: true, force: true });
  for (const each of [folder, packed]) await mkdir(each, { recursive: true });
  await checkOut(source);
  await npm(source, ["pack", "--pack-destination", packed]);
  const [tarball = ""] = await readdir(packed);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "baseline", private: true }));
  await npm(folder, ["install", join(packed, tarball), "--prefer-offline"]);
  for (const each of [source, packed]) await rm(each, { recursive: true });
  await writeFile(stamp, baselineCommit);
  return { folder };
}
