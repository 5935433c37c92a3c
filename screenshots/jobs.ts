import type { Browser } from "playwright-core";
import type { Simulator } from "../simulator";
import { Editor } from "../testing/browser/editor";
import { readExample } from "../testing/flows/examples";
import type { TestBroker } from "../testing/flows/examples-broker";
import type { FlowNode, NodeRedProcess } from "../testing/node-red/process";
import { Camera } from "./camera";

/** The pages in docs/ that have a flow of their own, and the examples that they are about. */
const examples = {
  "play-on-a-tv": "08 - Play a film on a TV with an MQTT button",
  "pause-for-the-doorbell": "09 - Pause for the doorbell",
  "posters-and-streams": "10 - Hand a poster or a stream to a dashboard or a speaker",
  "newest-films-of-a-friend": "11 - List the newest films of a friend",
  "daily-check": "12 - Check the token and the server every day",
  "several-node-reds": "13 - Share the work between several Node-REDs",
  webhooks: "14 - React to Plex webhooks",
  "random-film": "15 - Pick a random film that nobody has seen",
  "scan-after-a-download": "16 - Scan a library after a download",
  lights: "17 - Lights for the film",
  "what-is-new": "18 - Tell me what is new",
  "server-gone": "19 - Tell me when the server is gone and when it is back",
  "what-plays-where": "20 - What plays where",
} as const;

/** px: room for the panels beside the flow, and for the halves of the nodes at its edges. */
const [panels, edge] = [900, 300];

const tab: FlowNode = { id: "job", type: "tab", label: "Flow" };

interface Job {
  readonly nodes: FlowNode[];
  readonly width: number;
  readonly height: number;
}

/** An example on a tab, with servers that are there. */
function makeJob(name: string, { simulator, broker }: Pick<Stage, "simulator" | "broker">): Job {
  const all = readExample(name);
  const filledIn: Record<string, object> = {
    "plex-config": { url: simulator.url, clientIdentifier: "pictures", credentials: { token: simulator.token } },
    "mqtt-broker": { broker: "127.0.0.1", port: String(broker.port) },
  };
  const nodes = all.map((node) => ({ ...node, ...(node.x === undefined ? filledIn[node.type] : { z: tab.id }) }));
  const [xs, ys] = [all.flatMap(({ x }) => x ?? []), all.flatMap(({ y }) => y ?? [])];
  return { nodes, width: Math.max(...xs), height: Math.max(...ys) };
}

/** What the pictures are taken of, and how. */
export interface Stage {
  readonly browser: Browser;
  readonly nodeRed: NodeRedProcess;
  readonly simulator: Simulator;
  readonly broker: TestBroker;
  readonly look: { readonly theme: "light" | "dark"; readonly suffix: string };
}

/**
 * Takes a picture of each flow, as it looks when it waits for something to do.
 * @param pages the names of the pictures to take; all of them where there is none
 */
export async function showJobs(stage: Stage, pages: readonly string[]): Promise<void> {
  const { browser, nodeRed, look } = stage;
  const wanted = Object.entries(examples).filter(([page]) => pages.length === 0 || pages.includes(page));
  for (const [page, example] of wanted) {
    const { nodes, width, height } = makeJob(example, stage);
    await nodeRed.deploy([tab, ...nodes]);
    const viewport = { width: width + panels, height: height + edge };
    const editor = await Editor.open(browser, nodeRed.url, { viewport, deviceScaleFactor: 1.5, theme: look.theme });
    const statuses = editor.page.locator(".red-ui-flow-node-status-label");
    await statuses
      .filter({ hasText: /^connecting/ })
      .first()
      .waitFor({ state: "detached" });
    const flow = await editor.page.locator(".red-ui-flow-node").all();
    await new Camera(editor.page, look.suffix).take(page, flow, 12);
    await editor.close();
    editor.assertNoErrors();
  }
}
