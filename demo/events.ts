import type { Broker } from "./broker";
import { tell } from "./report";

/** Where the demo's own flow publishes what its plex-events node sends. */
const topic = "demo/event";

/** As much of an event of playback as is printed. */
interface Told {
  readonly event: string;
  readonly player: { readonly name: string | null } | null;
  readonly media: { readonly title: string | null; readonly show: string | null };
}

/** An event in words: what happened, to what, and where. */
function describe({ event, player, media }: Told): string {
  const title = [media.show, media.title].filter((part) => part !== null).join(": ");
  return [event, title, player?.name ? `on ${player.name}` : ""].filter((part) => part !== "").join(" ");
}

/** What was published; undefined where it comes from somebody else. */
function read(text: string): Told | undefined {
  try {
    const { event, player, media } = JSON.parse(text) as Told;
    return { event, player: player && { name: player.name }, media: { title: media.title, show: media.show } };
  } catch {
    return undefined;
  }
}

/**
 * Prints each event that the demo's own flow hears of.
 * @returns settles with the first one
 */
export function tellEvents(broker: Broker): Promise<void> {
  return new Promise((resolve) => {
    broker.listen(topic, (text) => {
      const told = read(text);
      if (!told) return;
      tell("Event", describe(told), "●");
      resolve();
    });
  });
}
