import type { SimulatedPlayer } from "./player";

/** A server with films, and a token that it takes. */
export interface FilmServer {
  readonly url: string;
  readonly token: string;
  readonly machineIdentifier: string;
}

/** Puts a film on a player, as somebody with a Plex app does. Rejects when the player cannot open it. */
export async function putOn(player: SimulatedPlayer, server: FilmServer, film = 1): Promise<void> {
  const { url, token: accountToken, machineIdentifier } = server;
  const headers = { Accept: "application/json", "X-Plex-Token": accountToken, "X-Plex-Client-Identifier": "an app" };
  const post = async (path: string) => {
    const answer = await fetch(`${url}${path}`, { method: "POST", headers });
    return ((await answer.json()) as { MediaContainer: Record<string, string> }).MediaContainer;
  };
  const uri = `server://${machineIdentifier}/com.plexapp.plugins.library/library/metadata/${film}`;
  const { playQueueID } = await post(`/playQueues?type=video&uri=${encodeURIComponent(uri)}`);
  const { token = "" } = await post("/security/token?type=delegation&scope=all");
  const { protocol, hostname: address, port } = new URL(url);
  const order = new URLSearchParams({
    machineIdentifier,
    protocol: protocol.replace(":", ""),
    address,
    port,
    key: `/library/metadata/${film}`,
    containerKey: `/playQueues/${String(playQueueID)}?window=100&own=1`,
    type: "video",
    commandID: "1",
    token,
  });
  const answer = await fetch(`${player.url}/player/playback/playMedia?${order.toString()}`, {
    headers: { "X-Plex-Target-Client-Identifier": player.machineIdentifier },
  });
  if (!answer.ok) throw new Error(`The player answered with ${answer.status}.`);
  await player.until("playing");
}
