import { join, resolve } from "node:path";
import { startGdm, startSimulator, type Gdm, type GdmServer, type Simulator } from "../../simulator";
import { closeBrowser, findChromium, getBrowser, noChromium } from "./browser";
import { Editor, type EditorOptions } from "./editor";
import { startNodeRed, type FlowNode, type NodeRedProcess } from "../node-red/process";
import { getInstalledPackage } from "../node-red/packed-package";
import { INSTALLATION_TIME, runtimes, type SupportedRuntime } from "../node-red/runtimes";

/** A Node-RED with simulated servers behind it, which all suites of a runtime share: starting one takes seconds. */
interface Stage {
  readonly nodeRed: NodeRedProcess;
  readonly simulator: Simulator;
  readonly gdm: Gdm;
  readonly announced: GdmServer[];
}

/** What a suite gets to work with, once its `before` hooks have run. */
export interface EditorSuite {
  /** Whether it is the older Node-RED that has no themes. */
  readonly isClassic: boolean;
  readonly nodeRed: NodeRedProcess;
  /** A Plex Media Server with its account at plex.tv, as this Node-RED knows it. */
  readonly simulator: Simulator;
  /** What answers a search on the local network: nothing, unless a test puts something in. */
  readonly announced: GdmServer[];
  /**
   * Opens an editor that is closed after the test; the test fails when something goes wrong in its page. `at` is the URL
   * of a proxy that stands before Node-RED.
   */
  readonly open: (options?: EditorOptions & { readonly at?: string }) => Promise<Editor>;
  /**
   * Makes something with editors in it once for several tests of the suite, one after another; anew after a test that
   * failed. Opening an editor takes longer than most tests.
   */
  readonly share: <T>(make: () => Promise<T>) => () => Promise<T>;
  /** Deploys flows past the editor, before it is opened; nothing is deployed in a test that does not. */
  readonly deploy: (flows: readonly FlowNode[]) => Promise<void>;
}

const pictures = resolve(__dirname, "../../.cache/failed-browser-tests");

const stages = new Map<string, Promise<Stage>>();

async function setUp({ get }: SupportedRuntime): Promise<Stage> {
  const simulator = await startSimulator({ plexTv: true });
  // It answers on a port of its own, so that servers of the network which the tests run in stay out of them.
  const announced: GdmServer[] = [];
  const gdm = await startGdm({ servers: announced });
  const settings = {
    plexConfigTvUrl: simulator.plexTv.url,
    plexConfigGdmTargets: [`127.0.0.1:${gdm.port}`],
    // No form of ours has code in it, and the editor for that is most of what a page loads.
    editorTheme: { tours: false, codeEditor: { lib: "ace" } },
  };
  const nodeRed = await startNodeRed(await get(), { settings });
  return { nodeRed, simulator, gdm, announced };
}

function getStage(runtime: SupportedRuntime): Promise<Stage> {
  const { name } = runtime;
  const stage = stages.get(name) ?? setUp(runtime);
  stages.set(name, stage);
  return stage;
}

async function tearDown(): Promise<void> {
  await closeBrowser();
  const opened = await Promise.allSettled(stages.values());
  stages.clear();
  for (const stage of opened) {
    if (stage.status === "rejected") continue;
    const { nodeRed, simulator, gdm } = stage.value;
    await nodeRed.stop();
    await simulator.close();
    await gdm.close();
  }
}

/** Keeps what a failed test looked like, for whoever has to find out why. */
async function takePictures(title: string, editors: readonly Editor[]): Promise<void> {
  const name = title.replace(/[^A-Za-z0-9.]+/g, "-");
  for (const [index, { page }] of editors.entries()) {
    const path = join(pictures, `${name}-${index}.png`);
    // The page itself may be what failed.
    await page.screenshot({ path }).catch(() => undefined);
    console.error(`      what it looked like: ${path}`);
  }
}

/** What the closing lines of a run tell of a suite that was skipped. */
function explainSkip(suite: Mocha.Suite): void {
  suite.eachTest((test: Mocha.Test & { skipReason?: string }) => (test.skipReason = noChromium));
}

/**
 * Defines a suite once for the editor of every Node-RED that the package supports. Without a browser it is skipped, but
 * on a build machine (CI=true) that is a failure: there, nobody would notice.
 */
export function onEachEditor(title: string, define: (suite: EditorSuite) => void): void {
  for (const runtime of runtimes) {
    describe(`${title} (${runtime.name})`, function () {
      this.timeout(60_000);
      let stage: Stage;
      const editors: Editor[] = [];
      /** Those of `share`. */
      const kept: Editor[] = [];
      const forgetters: (() => void)[] = [];
      /** Whether what is deployed is what this test wants, and not what the one before has left. */
      let isFresh = false;

      before("start Node-RED and a browser", async function () {
        this.timeout(INSTALLATION_TIME);
        if (findChromium() === undefined) {
          if (process.env["CI"] === "true") throw new Error(`On a build machine, ${noChromium}`);
          explainSkip(this.test!.parent!);
          this.skip();
        }
        await getInstalledPackage();
        await getBrowser();
        stage = await getStage(runtime);
      });

      async function closeKept(): Promise<void> {
        for (const forget of forgetters) forget();
        await Promise.all(kept.splice(0).map((editor) => editor.close()));
      }

      beforeEach(() => {
        isFresh = false;
      });

      afterEach("no errors in the pages, and Node-RED is alive", async function () {
        stage.simulator.clearFaults();
        stage.announced.length = 0;
        const failed = this.currentTest?.state === "failed";
        const seen = [...editors, ...kept];
        if (failed) await takePictures(this.currentTest?.fullTitle() ?? "", seen);
        const isBroken = failed || kept.some(({ errors }) => errors.length > 0);
        await Promise.all(editors.splice(0).map((editor) => editor.close()));
        if (isBroken) await closeKept();
        for (const editor of seen) editor.assertNoErrors();
        stage.nodeRed.assertAlive();
      });

      after("close the editors", closeKept);

      define({
        isClassic: runtime.name.endsWith("4.1"),
        get nodeRed() {
          return stage.nodeRed;
        },
        get simulator() {
          return stage.simulator;
        },
        get announced() {
          return stage.announced;
        },
        open: async ({ at = stage.nodeRed.url, ...options } = {}) => {
          if (!isFresh) await stage.nodeRed.deploy([]);
          isFresh = true;
          const editor = await Editor.open(await getBrowser(), at, options);
          editors.push(editor);
          return editor;
        },
        share: (make) => {
          let made: ReturnType<typeof make> | undefined;
          forgetters.push(() => (made = undefined));
          return () =>
            (made ??= make().finally(() => {
              kept.push(...editors.splice(0));
            }));
        },
        deploy: async (flows) => {
          await stage.nodeRed.deploy(flows);
          isFresh = true;
        },
      });
    });
  }
}

after("stop the browser and what the editors ran on", tearDown);
