import type { NodeRedProcess } from "../../../testing/node-red/process";

interface Payload {
  readonly inferred: boolean;
  readonly player: { readonly id: string } | null;
  readonly media: { readonly ratingKey: string | null };
}

/** An event in words, such as "stopped 12", and whether it was found by comparing. */
export function inWords(event: string, ratingKey: string, inferred = false): string {
  return `${event} ${ratingKey}${inferred ? " (inferred)" : ""}`;
}

/** What the nodes have told so far, by node and player, in order. */
export class Told {
  readonly #nodeRed: NodeRedProcess;
  readonly #events = new Map<string, string[]>();

  constructor(nodeRed: NodeRedProcess) {
    this.#nodeRed = nodeRed;
  }

  /** The events of playback of one player at one node. */
  of(node: string, player: string): readonly string[] {
    this.#take();
    return this.#events.get(`${node} success ${player}`) ?? [];
  }

  /** How many events a node has sent in all, and what it has said of its connection. */
  at(node: string): readonly string[] {
    this.#take();
    return this.#events.get(node) ?? [];
  }

  /** Waits until something holds of it. Returns whether it did in time. */
  async until(holds: () => boolean, ms = 30_000): Promise<boolean> {
    return this.#nodeRed.until(holds, "what is to be told", ms).then(
      () => true,
      () => false,
    );
  }

  #take(): void {
    for (const { probe, msg } of this.#nodeRed.messages.splice(0)) this.#add(probe, msg);
  }

  #add(probe: string, msg: Readonly<Record<string, unknown>>): void {
    const topic = String(msg["topic"]);
    this.#push(probe, topic);
    const { player, media, inferred } = msg["payload"] as Payload;
    if (player) this.#push(`${probe} ${player.id}`, inWords(topic, media.ratingKey ?? "?", inferred));
  }

  #push(place: string, words: string): void {
    const all = this.#events.get(place);
    if (all) all.push(words);
    else this.#events.set(place, [words]);
  }
}
