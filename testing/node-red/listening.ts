import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Simulator } from "../../simulator";
import { assertUntold } from "../spellings";
import type { Comms } from "./comms";
import { placed, probe, probed, server, tab, type Properties } from "./flows";
import type { FlowNode, NodeRedProcess } from "./process";

/** Where plex-events nodes ask for the stream. */
export const streamPath = "/:/eventsource/notifications";

/** A film that is known to no library: what a notification says of it is all there is. */
export const film = { ratingKey: "41", type: "movie", title: "A long film", duration: 7_200_000 };

/** A plex-events node that listens to playback and holds no stop back. */
export function eventsNode(properties: Properties = {}): FlowNode {
  return {
    ...{ id: "events", type: "plex-events", name: "", server: "server", listen: "playback", player: "", user: "" },
    ...{ media: ["movie", "episode", "track"], settle: 0, progress: false },
    ...properties,
  };
}

/** A message of a plex-events node, of either output. */
export interface HeardMessage {
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly error?: Readonly<Record<string, unknown>>;
}

const outputs = { event: "success", connection: "error" } as const;

type Output = keyof typeof outputs;

/** What one plex-events node sends, read message by message. */
export class Listening {
  readonly #nodeRed: NodeRedProcess;
  readonly #id: string;
  readonly #read: Record<Output, number> = { event: 0, connection: 0 };

  /** @param id of the node, which has probes behind its outputs as `probed` makes them */
  constructor(nodeRed: NodeRedProcess, id = "events") {
    this.#nodeRed = nodeRed;
    this.#id = id;
  }

  /** The next message of an output. */
  async next(output: Output, ms?: number): Promise<HeardMessage> {
    const index = this.#read[output];
    const what = `message ${index + 1} of ${this.#id} (${output})`;
    const { msg } = await this.#nodeRed.until(() => this.#messagesOf(output)[index], what, ms);
    this.#read[output] = index + 1;
    return msg as unknown as HeardMessage;
  }

  /** Sees that the next message tells of an outage; returns the code of its error. */
  async nextOutage(ms?: number): Promise<unknown> {
    const { topic, error } = await this.next("connection", ms);
    assert.equal(topic, "disconnected");
    return error?.["code"];
  }

  /** Sees that the next message tells of the end of an outage, and waits until the sessions have been listed. */
  async nextReturn(ms?: number): Promise<void> {
    assert.equal((await this.next("connection", ms)).topic, "connected");
    await sleep(300);
  }

  /** Sees that everything that was sent has been read. */
  expectNoMore(): void {
    for (const output of ["event", "connection"] as const) {
      const more = this.#messagesOf(output).slice(this.#read[output]);
      assert.deepEqual(
        more.map(({ msg }) => msg["topic"]),
        [],
        output,
      );
    }
  }

  /** Sees that a film of some viewer starts and stops in the flow. */
  async expectPlayback(simulator: Simulator): Promise<void> {
    const viewer = simulator.viewer({ machineIdentifier: "another-tv" });
    viewer.play(film);
    const started = await this.next("event");
    viewer.stop();
    const stopped = await this.next("event");
    assert.deepEqual([started.topic, stopped.topic], ["started", "stopped"]);
  }

  #messagesOf(output: Output) {
    return this.#nodeRed.messagesAt(`${this.#id} ${outputs[output]}`);
  }
}

/** A plex-config node and a plex-events node with probes, and what else is given. */
export function listeningFlows(
  asked: Pick<Simulator, "url" | "token">,
  config: Properties = {},
  node: Properties = {},
  others: readonly FlowNode[] = [],
): FlowNode[] {
  return [tab, server(asked.url, asked.token, config), ...others, ...probed(eventsNode(node))];
}

/** A plex-events node whose outages go to a Catch node, which a probe called "caught" stands behind. */
export function caughtFlow(node: FlowNode): FlowNode[] {
  return [
    placed({ ...node, wires: [[], []] }),
    placed({ id: "catch", type: "catch", scope: null, wires: [["caught"]] }),
    probe("caught", "caught"),
  ];
}

/** Waits until the stream is there, and the sessions have been listed for the first time. */
export async function untilListening(nodeRed: NodeRedProcess, simulator: Simulator): Promise<void> {
  await nodeRed.until(() => simulator.notifications.open === 1, "the stream");
  // What is in the middle of its item before the first list has come counts as playing already.
  await sleep(300);
}

/** Sees that Node-RED has nothing to complain of, and that a token is told to nobody, in no spelling. */
export function expectNoComplaints(nodeRed: NodeRedProcess, comms: Comms, token: string): void {
  assert.doesNotMatch(nodeRed.log, /MaxListenersExceeded|Unhandled|Uncaught|Close timed out|Error stopping node/);
  const told = { "the log": nodeRed.log, "an editor": comms.frames.join("\n") };
  for (const [where, text] of Object.entries(told)) assertUntold(text, [token], where);
  assertUntold(JSON.stringify(nodeRed.messages), [token], "a message");
}
