import assert from "node:assert/strict";
import type { RecordedRequest, SimulatedPlayer, Simulator } from "../../simulator";

/** Puts a film on a player, as somebody with a Plex app does. */
export async function putOn(player: SimulatedPlayer, simulator: Simulator, film = 1): Promise<void> {
  const headers = { Accept: "application/json", "X-Plex-Token": simulator.token, "X-Plex-Client-Identifier": "an app" };
  const post = async (path: string) => {
    const answer = await fetch(`${simulator.url}${path}`, { method: "POST", headers });
    return ((await answer.json()) as { MediaContainer: Record<string, string> }).MediaContainer;
  };
  const uri = `server://${simulator.machineIdentifier}/com.plexapp.plugins.library/library/metadata/${film}`;
  const { playQueueID } = await post(`/playQueues?type=video&uri=${encodeURIComponent(uri)}`);
  const { token } = await post("/security/token?type=delegation&scope=all");
  const { protocol, hostname: address, port } = new URL(simulator.url);
  const order = {
    machineIdentifier: simulator.machineIdentifier,
    protocol: protocol.replace(":", ""),
    address,
    port,
    key: `/library/metadata/${film}`,
    containerKey: `/playQueues/${String(playQueueID)}?window=100&own=1`,
    type: "video",
    commandID: "1",
    token: token ?? "",
  };
  const query = new URLSearchParams(order).toString();
  const answer = await fetch(`${player.url}/player/playback/playMedia?${query}`, {
    headers: { "X-Plex-Target-Client-Identifier": player.machineIdentifier },
  });
  assert.equal(answer.status, 200);
  await player.until("playing");
  player.requests.length = 0;
}

/** Everything that requests said, to look for secrets in it. */
export function wordsOf(requests: readonly RecordedRequest[]): string {
  return requests.map(({ url, rawHeaders }) => [url, ...rawHeaders].join("\n")).join("\n");
}
