import { putOn as putFilmOn, type RecordedRequest, type SimulatedPlayer, type Simulator } from "../../simulator";

/** Puts a film on a player, and forgets how: what comes from then on is the flow's doing. */
export async function putOn(player: SimulatedPlayer, simulator: Simulator, film = 1): Promise<void> {
  await putFilmOn(player, simulator, film);
  player.requests.length = 0;
}

/** Everything that requests said, to look for secrets in it. */
export function wordsOf(requests: readonly RecordedRequest[]): string {
  return requests.map(({ url, rawHeaders }) => [url, ...rawHeaders].join("\n")).join("\n");
}
