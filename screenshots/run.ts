import { faults, startSimulator, type Simulator } from "../simulator";
import { closeBrowser, getBrowser } from "../testing/browser/browser";
import { Editor } from "../testing/browser/editor";
import { TestBroker } from "../testing/flows/examples-broker";
import { startNodeRed, type FlowNode, type NodeRedProcess } from "../testing/node-red/process";
import { runtimes } from "../testing/node-red/runtimes";
import { Camera } from "./camera";
import { findNode, showEvents, showRequest, showServer, showSources } from "./forms";
import { showJobs } from "./jobs";

// Makes the pictures of the README and of docs/ from the real editor, with the simulator's servers, names and tokens in them:
// all of them, or those of the flows whose names are given, such as "npm run screenshots -- play-on-a-tv".

/** For forms, which are high and not wide, and for flows. */
const [tall, wide] = [
  { width: 1100, height: 1130 },
  { width: 1300, height: 520 },
];

/** Which of Node-RED's looks to show, and what the names of its pictures end with. */
interface Look {
  readonly runtime: string;
  readonly theme: "light" | "dark";
  readonly suffix: string;
  /** Whether to take all pictures of it, or the form of the server alone. */
  readonly whole: boolean;
}

const looks: readonly Look[] = [
  { runtime: "Node-RED 5.0", theme: "light", suffix: "", whole: true },
  { runtime: "Node-RED 5.0", theme: "dark", suffix: "-dark", whole: true },
  { runtime: "Node-RED 4.1", theme: "light", suffix: "-4.1", whole: false },
];

/** Puts what was imported into the upper left corner, on a tab of its own name. */
async function arrange(nodeRed: NodeRedProcess): Promise<void> {
  const flows = (await nodeRed.adminJson("flows")) as (FlowNode & { x?: number; y?: number; z?: string })[];
  const placed = flows.flatMap(({ x, y, z }) => (x === undefined || y === undefined ? [] : [{ x, y, z }]));
  const left = Math.min(...placed.map(({ x }) => x)) - 130;
  const top = Math.min(...placed.map(({ y }) => y)) - 60;
  const used = flows.filter(({ id, type }) => type !== "tab" || placed.some(({ z }) => z === id));
  await nodeRed.deploy(
    used.map((node) => {
      if (node.type === "tab") return { ...node, label: "Get a token" };
      return node.x === undefined || node.y === undefined ? node : { ...node, x: node.x - left, y: node.y - top };
    }),
  );
}

/** The flow of an example, and what comes out of it. */
async function showFlow(editor: Editor, camera: Camera): Promise<void> {
  const { page } = editor;
  // Nothing but the palette and the messages beside the flow. Node-RED remembers which panels a user has closed.
  for (const panel of ["explorer", "info"]) {
    const button = page.locator(`button[data-tab-id="${panel}"].selected`);
    if (await button.isVisible()) await button.click();
  }
  await page.locator("#red-ui-palette-search input").pressSequentially("plex");
  await editor.paletteNode("inject").waitFor({ state: "hidden" });
  await editor.inject(await findNode(editor, "Get a token"));
  const message = editor.debugMessages.first();
  await message.waitFor();
  // The message, then its payload.
  for (const place of [0, 1]) await message.locator(".red-ui-debug-msg-object-handle").nth(place).click();
  await camera.take("flow", [page.locator("#red-ui-header"), page.locator("#red-ui-main-container")]);
  await camera.take("debug", [message]);
}

async function show(nodeRed: NodeRedProcess, simulator: Simulator, look: Look): Promise<void> {
  await nodeRed.deploy([]);
  const { suffix, theme, whole } = look;
  const browser = await getBrowser();
  const form = await Editor.open(browser, nodeRed.url, { viewport: tall, deviceScaleFactor: 2, theme });
  const ofForms = new Camera(form.page, suffix);
  await form.importExample("01 - Get a token");
  await showServer(form, ofForms, whole);
  await form.deploy();
  if (whole) {
    await arrange(nodeRed);
    // Opened anew, so that nothing is selected and nothing waits to be deployed.
    const flow = await Editor.open(browser, nodeRed.url, { viewport: wide, deviceScaleFactor: 2, theme });
    await showFlow(flow, new Camera(flow.page, suffix));
    await flow.close();
    flow.assertNoErrors();
    await form.reload();
    for (const showForm of [showSources, showRequest, showEvents]) await showForm(form, ofForms, simulator);
  }
  await form.close();
  form.assertNoErrors();
}

/** Servers and an account with the same names, addresses and tokens every time. */
async function simulate(): Promise<Simulator> {
  const simulator = await startSimulator({
    plexTv: true,
    port: 32400,
    token: "simulated-account-token",
    machineIdentifier: "3f1c5a80e2d94b67a1c8e05d7b2f694c1d8a03e7",
    sharedMachineIdentifier: "b80e44d2c17f4a959e3d6fa205c8b71e92d0f4a6",
  });
  // A name that no DNS server anywhere knows.
  const remote = { protocol: "https", address: "203.0.113.7", port: 32400, local: false } as const;
  const [, real] = simulator.connections("own");
  if (real) simulator.setConnections("own", [real, { ...remote, uri: "https://plex.example:32400" }]);
  const providers = [{ identifier: "tv.plex.provider.vod", title: "Movies & Shows" }];
  simulator.fault(faults.json(providers), { server: "plexTv", path: "/media/providers", times: Infinity });
  return simulator;
}

async function main(pages: readonly string[]): Promise<void> {
  const simulator = await simulate();
  const broker = await TestBroker.start();
  const settings = { plexConfigTvUrl: simulator.plexTv.url };
  try {
    for (const { name, get } of [...runtimes].reverse()) {
      if (!looks.some(({ runtime, whole }) => runtime === name && (whole || pages.length === 0))) continue;
      const nodeRed = await startNodeRed(await get(), { settings });
      try {
        for (const look of looks.filter(({ runtime }) => runtime === name)) {
          if (pages.length === 0) await show(nodeRed, simulator, look);
          if (look.whole) await showJobs({ browser: await getBrowser(), nodeRed, simulator, broker, look }, pages);
        }
      } finally {
        await nodeRed.stop();
      }
    }
  } finally {
    await closeBrowser();
    await broker.stop();
    await simulator.close();
  }
}

void main(process.argv.slice(2));
