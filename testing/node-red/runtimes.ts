import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = resolve(__dirname, "../..");

/** A Node-RED to test against, with the Node.js that runs it. */
export interface Runtime {
  /** Such as "4.1.15". */
  readonly version: string;
  /** The program that runs it. */
  readonly node: string;
  /** The file that starts it. */
  readonly red: string;
}

/** A Node-RED that the package supports, which may have to be installed first. */
export interface SupportedRuntime {
  readonly name: string;
  /** Installs it where it is not there yet. Rejects with a sentence that says what is missing. */
  readonly get: () => Promise<Runtime>;
}

/** How long to wait in a `before` hook that may install a runtime: some 300 MB, over whatever network there is. */
export const INSTALLATION_TIME = 10 * 60_000;

/** Runs npm in a folder. Rejects with what npm wrote, for its exit code alone explains nothing. */
export async function npm(folder: string, args: readonly string[]): Promise<string> {
  try {
    // A shell only where npm is a batch file: none of the arguments comes from outside.
    const { stdout } = await run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: folder,
      shell: process.platform === "win32",
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`npm ${args.join(" ")} failed in ${folder}:\n${stdout}${stderr || message}`, { cause: error });
  }
}

/** The Node-RED that is installed below a folder, run with this Node.js program. */
async function describeRuntime(folder: string, node: string): Promise<Runtime> {
  const manifest = createRequire(join(folder, "package.json")).resolve("node-red/package.json");
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  return { version, node, red: join(dirname(manifest), "red.js") };
}

/** The Node.js program that a runtime brings along, as one of the optional dependencies that fits this machine. */
function bundledNode(folder: string): string {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  try {
    const manifest = createRequire(join(folder, "package.json")).resolve(`${name}/package.json`);
    return join(dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    // No package for this platform: the Node.js that runs the tests serves as well, where it is new enough.
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    if (major > 22 || (major === 22 && minor >= 9)) return process.execPath;
    throw new Error(
      `Node-RED 5.0 needs Node.js 22.9 or newer: there is no package ${name} here that brings it, ` +
        `so run the tests themselves with Node.js 24 (this is ${process.version}).`,
    );
  }
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

/**
 * Installs what a folder of testing/node-red/runtimes pins, once for each state of its lock file, and returns where. It lands
 * outside of node_modules: its `node` must not become the one that the scripts of this package run with.
 */
async function install(name: string): Promise<string> {
  const source = join(root, "testing", "node-red", "runtimes", name);
  const target = join(root, ".cache", "runtimes", name);
  const lock = "package-lock.json";
  // Inside of node_modules, so that it is gone with it.
  const installedLock = join("node_modules", "installed-lock.json");
  const wanted = await readFile(join(source, lock), "utf8");
  if ((await readIfThere(join(target, installedLock))) === wanted) return target;
  // Under another name until it is whole: an installation that was broken off must not look like a good one.
  const draft = `${target}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    for (const file of ["package.json", lock]) await cp(join(source, file), join(draft, file));
    // Nothing of it has to be compiled or set up, so no package's script runs.
    await npm(draft, ["ci", "--ignore-scripts", "--prefer-offline"]);
    // npm passes over an optional package that it could not get.
    bundledNode(draft);
    await cp(join(draft, lock), join(draft, installedLock));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw new Error(`The tests need ${name}, and it could not be installed.`, { cause: error });
  }
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
  return target;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Both lines of Node-RED that the package supports, the older one first. */
export const runtimes: readonly SupportedRuntime[] = [
  { name: "Node-RED 4.1", get: once(() => describeRuntime(root, process.execPath)) },
  {
    name: "Node-RED 5.0",
    get: once(async () => {
      const folder = await install("node-red-5.0");
      return describeRuntime(folder, bundledNode(folder));
    }),
  },
];
