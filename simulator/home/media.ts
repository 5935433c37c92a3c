import type { PlayerFacts, PlayerState } from "./player-replies";

/** Where a device was told to find what it shall play. */
export interface MediaOrder {
  readonly protocol: string;
  readonly address: string;
  readonly port: string;
  /** The play queue, with its query: `/playQueues/1000?window=100&own=1`. */
  readonly containerKey: string;
  readonly token: string;
}

/** What a device plays. */
export interface OpenMedia {
  readonly server: string;
  readonly token: string;
  readonly ratingKey: string;
  readonly title: string;
  /** How much of the file it has got. */
  readonly bytes: number;
}

interface QueuedItem {
  readonly ratingKey: string;
  readonly title: string;
  readonly Media: readonly { readonly Part: readonly { readonly key: string }[] }[];
}

/**
 * Does what a device does with such an order: gets the play queue from the server, and then the first file in it.
 * Rejects when the server does not give both.
 */
export async function openMedia(order: MediaOrder): Promise<OpenMedia> {
  const { protocol, address, port, containerKey, token } = order;
  const server = `${protocol}://${address}:${port}`;
  const queue = (await (await ask(server, containerKey, token)).json()) as {
    MediaContainer: { Metadata?: readonly QueuedItem[] };
  };
  const item = queue.MediaContainer.Metadata?.[0];
  const part = item?.Media[0]?.Part[0]?.key;
  if (!item || part === undefined) throw new Error("There is nothing in the play queue.");
  const file = await (await ask(server, part, token)).arrayBuffer();
  return { server, token, ratingKey: item.ratingKey, title: item.title, bytes: file.byteLength };
}

/** Tells the server what a player does with something of it, as players do. */
export async function reportState(
  { server, token, ratingKey }: OpenMedia,
  { name, machineIdentifier }: Pick<PlayerFacts, "name" | "machineIdentifier">,
  state: PlayerState,
): Promise<void> {
  const query = new URLSearchParams({ ratingKey, key: `/library/metadata/${ratingKey}`, state, time: "500" });
  const headers = {
    "X-Plex-Token": token,
    "X-Plex-Client-Identifier": machineIdentifier,
    "X-Plex-Product": "Simulated Player",
    "X-Plex-Device-Name": name,
  };
  await fetch(`${server}/:/timeline?${query.toString()}`, { headers });
}

async function ask(server: string, path: string, token: string): Promise<Response> {
  const headers = { Accept: "application/json", "X-Plex-Token": token };
  const answer = await fetch(`${server}${path}`, { headers });
  if (!answer.ok) throw new Error(`The server answered ${path} with ${answer.status}.`);
  return answer;
}
