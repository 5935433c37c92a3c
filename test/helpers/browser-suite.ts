import { join, resolve } from "node:path";
import { startGdm, startSimulator, type Gdm, type GdmServer, type Simulator } from "../../simulator";
import { closeBrowser, findChromium, getBrowser, noChromium } from "./browser";
import { Editor, type EditorOptions } from "./browser-editor";
import { startNodeRed, type FlowNode, type NodeRedProcess } from "./node-red-process";
import { getInstalledPackage } from "./packed-package";
import { INSTALLATION_TIME, runtimes, type SupportedRuntime } from "./runtimes";

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
  /** Opens an editor that is closed after the test; the test fails when something goes wrong in its page. */
  readonly open: (options?: EditorOptions) => Promise<Editor>;
  /** Deploys flows past the editor, before it is opened. */
  readonly deploy: (flows: readonly FlowNode[]) => Promise<void>;
}

const pictures = resolve(__dirname, "../../.cache/failed-browser-tests");

const stages = new Map<string, Promise<Stage>>();

async function setUp({ get }: SupportedRuntime): Promise<Stage> {
  const simulator = await startSimulator({ plexTv: true });
  // It answers on a port of its own, so that servers of the network which the tests run in stay out of them.
  const announced: GdmServer[] = [];
  const gdm = await startGdm({ servers: announced });
  const settings = { plexConfigTvUrl: simulator.plexTv.url, plexConfigGdmTargets: [`127.0.0.1:${gdm.port}`] };
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

      beforeEach("start with nothing deployed", async () => {
        await stage.nodeRed.deploy([]);
      });

      afterEach("no errors in the pages, and Node-RED is alive", async function () {
        const closing = editors.splice(0);
        stage.simulator.clearFaults();
        stage.announced.length = 0;
        if (this.currentTest?.state === "failed") await takePictures(this.currentTest.fullTitle(), closing);
        await Promise.all(closing.map((editor) => editor.close()));
        for (const editor of closing) editor.assertNoErrors();
        stage.nodeRed.assertAlive();
      });

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
        open: async (options) => {
          const editor = await Editor.open(await getBrowser(), stage.nodeRed.url, options);
          editors.push(editor);
          return editor;
        },
        deploy: (flows) => stage.nodeRed.deploy(flows),
      });
    });
  }
}

after("stop the browser and what the editors ran on", tearDown);
