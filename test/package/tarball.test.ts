import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { getInstalledPackage, makeFolder, packPackage } from "../../testing/node-red/packed-package";
import { INSTALLATION_TIME } from "../../testing/node-red/runtimes";

const run = promisify(execFile);
const root = resolve(__dirname, "../..");
const name = "node-red-contrib-plex-access";
const KIB = 1024;

interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly "node-red": { readonly nodes: Readonly<Record<string, string>> };
}

/** Paths of all files below a folder, relative to it, with forward slashes, sorted. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((file) =>
      join(file.parentPath, file.name)
        .slice(folder.length + 1)
        .replaceAll(sep, "/"),
    )
    .sort();
}

async function sizeOf(folder: string): Promise<number> {
  const sizes = await Promise.all((await listFiles(folder)).map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What a published package holds, by rule, of what the working tree holds now. */
async function expectedFiles(): Promise<string[]> {
  const below = async (folder: string) => (await listFiles(join(root, folder))).map((file) => `${folder}/${file}`);
  // Types are for those who use the client in programs of their own; nobody does that with the nodes.
  const compiled = (file: string) => {
    const ends = file.startsWith("src/") ? [".js", ".d.ts"] : [".js"];
    return file.endsWith(".ts") ? ends.map((end) => file.replace(/\.ts$/, end)) : [file];
  };
  return [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "package.json",
    // The version that is sent to Plex is read from it.
    "dist/package.json",
    ...(await below("examples")).filter((file) => file.endsWith(".json")),
    ...[...(await below("src")), ...(await below("nodes")).filter((file) => !/^nodes\/(?:editor|help)\//.test(file))]
      .flatMap(compiled)
      .map((file) => `dist/${file}`),
    ...(await below("icons")).map((file) => `dist/nodes/${file}`),
  ].sort();
}

describe("package: the tarball", function () {
  this.timeout(30_000);
  let consumer: string;
  let installed: string;
  let manifest: Manifest;

  before("pack and install", async function () {
    this.timeout(INSTALLATION_TIME);
    consumer = await getInstalledPackage();
    installed = join(consumer, "node_modules", name);
    manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Manifest;
  });

  it("holds what users need, and nothing else", async () => {
    assert.deepEqual(await listFiles(installed), await expectedFiles());
  });

  it("holds every file that package.json names, and a form and a catalogue for each node", () => {
    const { main, types, "node-red": nodeRed } = manifest;
    const entries = Object.entries(nodeRed.nodes);
    assert.deepEqual(
      entries.map(([set]) => set),
      ["plex-config", "plex-transient-token", "plex-source-connection", "plex-request", "plex-events"],
    );
    const beside = entries.flatMap(([set, file]) => [
      file,
      file.replace(/\.js$/, ".html"),
      `dist/nodes/locales/en-US/${set}.json`,
      `dist/nodes/locales/en-US/${set}.html`,
    ]);
    assert.deepEqual(
      [main, types, ...beside].filter((file) => !existsSync(join(installed, file))),
      [],
    );
  });

  it("tells nothing of the machine that packed it", async () => {
    const texts = await Promise.all(
      (await listFiles(installed)).map(async (file) => ({ file, text: await readFile(join(installed, file), "utf8") })),
    );
    const traces = [root, homedir() + sep, consumer, "sourceMappingURL"];
    const telling = texts.filter(({ text }) => traces.some((trace) => text.includes(trace)));
    assert.deepEqual(
      telling.map(({ file }) => file),
      [],
    );
  });

  it("is small, and so is all that comes with it", async () => {
    const sizes = {
      tarball: (await stat(await packPackage())).size,
      unpacked: await sizeOf(installed),
      all: await sizeOf(join(consumer, "node_modules")),
    };
    const limits = { tarball: 480 * KIB, unpacked: 1.75 * KIB * KIB, all: 4 * KIB * KIB };
    for (const [what, limit] of Object.entries(limits)) {
      const size = sizes[what as keyof typeof sizes];
      assert.ok(size < limit, `${what}: ${size} bytes`);
    }
    const lock = await readFile(join(consumer, "node_modules", ".package-lock.json"), "utf8");
    const packages = Object.keys((JSON.parse(lock) as { packages: object }).packages);
    assert.ok(packages.length <= 30, packages.join(" "));
  });

  it("brings nothing that has to be compiled or set up", async () => {
    const lock = JSON.parse(await readFile(join(consumer, "node_modules", ".package-lock.json"), "utf8")) as {
      packages: Record<string, { hasInstallScript?: boolean; os?: string[]; cpu?: string[] }>;
    };
    const native = Object.entries(lock.packages).filter(
      ([, { hasInstallScript, os, cpu }]) => hasInstallScript ?? os ?? cpu,
    );
    assert.deepEqual(native, []);
  });

  it("is a Plex client for programs without Node-RED, required or imported", async () => {
    assert.ok(!existsSync(join(consumer, "node_modules", "node-red")));
    const program = `
      const { PlexClient, PlexError } = module;
      try { new PlexClient({ url: "http://127.0.0.1:9", token: "", clientIdentifier: "x" }); }
      catch (error) { console.log(error instanceof PlexError, error.code); }`;
    const load = {
      commonjs: `const module_ = require("${name}");`,
      module: `import * as module_ from "${name}";`,
    };
    for (const [type, line] of Object.entries(load)) {
      const args = [`--input-type=${type}`, "-e", line + program.replace("= module;", "= module_;")];
      const { stdout } = await run(process.execPath, args, { cwd: consumer });
      assert.equal(stdout, "true not-configured\n", type);
    }
  });

  it("has types that a strict program compiles with", async () => {
    const folder = await makeFolder("typed-consumer");
    const source = `
      import { PlexClient, PlexError, type PlexErrorCode, type SourceConnection, type TransientToken } from "${name}";
      export async function ask(url: string, token: string, signal: AbortSignal): Promise<string> {
        const client = new PlexClient({ url, token, clientIdentifier: "consumer", timeout: 1000 });
        const short: TransientToken = await client.getTransientToken({ signal });
        const source: SourceConnection = await client.getSourceConnection("server://0", { refresh: true });
        client.close();
        return short.token + (source.connections[0]?.uri ?? "");
      }
      export const codeOf = (error: unknown): PlexErrorCode | undefined => error instanceof PlexError ? error.code : undefined;
      // @ts-expect-error: types that were all "any" would let this pass.
      export const wrong: number = codeOf(0);
    `;
    await writeFile(join(folder, "consumer.ts"), source);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: "es2022",
      lib: ["es2022"],
      module: "node16",
      moduleResolution: "node16",
      types: ["node"],
      typeRoots: [join(root, "node_modules", "@types")],
      paths: { [name]: [installed] },
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    await assert.doesNotReject(
      run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", folder]).catch(
        (error: unknown) => Promise.reject(new Error((error as { stdout: string }).stdout)),
      ),
    );
  });
});
