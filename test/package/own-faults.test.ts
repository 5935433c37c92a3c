import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Simulator } from "../../simulator";
import { route, server, tab, tokenNode, type FailureAnswer } from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

/** Puts a fault with a telling text into a function of the installed package. */
async function breakFunction(userDir: string, file: string, name: string): Promise<void> {
  const path = join(userDir, "node_modules/node-red-contrib-plex-access", file);
  const source = await readFile(path, "utf8");
  const broken = source.replace(new RegExp(`function ${name}\\([^)]*\\) \\{`), "$&\n  null.canary;");
  assert.notEqual(broken, source);
  await writeFile(path, broken);
}

/** What is broken in the package, and how a message that meets it ends. */
const broken = [
  {
    title: "a dependency that is missing",
    prepare: (userDir: string) => rm(join(userDir, "node_modules/got"), { recursive: true }),
    code: "invalid-response",
    says: /^The package got, which node-red-contrib-plex-access needs, cannot be loaded \(Error ERR_MODULE_NOT_FOUND\)\. Install/,
    asked: 0,
  },
  {
    title: "a dependency that is broken",
    prepare: (userDir: string) => writeFile(join(userDir, "node_modules/got/dist/source/index.js"), "null.canary;"),
    code: "invalid-response",
    says: /^The package got, which node-red-contrib-plex-access needs, cannot be loaded \(TypeError, src\/http\/http-client\.js:\d+\)\. Install/,
    asked: 0,
  },
  {
    title: "a fault in what reads an answer",
    prepare: (userDir: string) => breakFunction(userDir, "dist/src/answers/transient-token.js", "readTransientToken"),
    code: "invalid-response",
    says: /^Something went wrong inside node-red-contrib-plex-access \(TypeError, src\/answers\/transient-token\.js:\d+\)\. Report it/,
    asked: 1,
  },
  {
    title: "a fault in what works with a message",
    prepare: (userDir: string) =>
      breakFunction(userDir, "dist/nodes/lib/messages/result-property.js", "checkResultProperty"),
    code: "invalid-input",
    says: /^The message could not be worked with \(TypeError, nodes\/lib\/messages\/result-property\.js:\d+\)\. /,
    asked: 0,
  },
];

onEachRuntime("package: faults of our own", ({ start, simulate }) => {
  let simulator: Simulator;

  before(async () => {
    simulator = await simulate();
  });

  for (const { title, prepare, code, says, asked } of broken) {
    it(`is told by name and place, and never by its text: ${title}`, async () => {
      const nodeRed = await start({ prepare });
      await nodeRed.deploy([tab, server(simulator.url, simulator.token), ...route("token", tokenNode())]);
      const before = simulator.requests.length;
      const { error } = (await nodeRed.post("token")).body as FailureAnswer;
      assert.equal(error.code, code);
      assert.match(String(error.message), says);
      assert.equal(simulator.requests.length - before, asked);
      assert.doesNotMatch(nodeRed.log + JSON.stringify(error), /canary/);
      await nodeRed.stop();
    });
  }
});
