import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withoutCredentials } from "../../testing/node-red/flows";
import type { ColdOrder, ColdSample } from "../inside/cold";
import { flowFor, nodes, type Target } from "./flows";
import { startMeasured } from "./start";

/** A Node-RED that was started with one plex flow. */
export interface Start extends Pick<ColdSample, "first" | "cpu"> {
  /** ms from the start of the process until its flows had started. */
  readonly started: number;
}

/** ms that a Node-RED is left alone once its flows have started. */
const rest = 5_000;
const ordinaryCalls = 200;

/** How it is started. */
interface StartOptions extends Partial<ColdOrder> {
  /** The folder with the package; the packed working tree unless told. */
  readonly installed?: string;
}

async function writeFlows(userDir: string, target: Target): Promise<void> {
  const flows = flowFor(nodes.token(target));
  await writeFile(join(userDir, "flows.json"), JSON.stringify(withoutCredentials(flows)));
  await writeFile(join(userDir, "flows_cred.json"), JSON.stringify({ server: { token: target.token } }));
}

/** Starts a Node-RED that has a plex flow, leaves it alone, and sends messages one after the other. */
export async function measureStart(
  target: Target,
  { installed, calls = ordinaryCalls, profile = false }: StartOptions = {},
): Promise<Start & Pick<ColdSample, "profile">> {
  const nodeRed = await startMeasured({
    installed,
    settings: { credentialSecret: false },
    prepare: (userDir) => writeFlows(userDir, target),
  });
  try {
    const started = nodeRed.startingTime;
    await sleep(rest);
    const { body } = await nodeRed.post("load", { calls, profile } satisfies ColdOrder);
    const { error, ...sample } = body as ColdSample & { readonly error?: string };
    if (error !== undefined) throw new Error(`A message failed: ${error}`);
    return { started, ...sample };
  } finally {
    await nodeRed.stop();
  }
}
