import { measureLoading, profileLoading, type Loading } from "../footprint/loading";
import { measureSize } from "../footprint/size";
import { measureWaiting } from "../node-red/waiting";
import { installPeer } from "../places";
import { loadingGoals } from "../goals/footprint";
import { explain, type Part } from "./part";

/** What installations take up. */
export const measureSizes: Part = async ({ installed }) => ({
  sizes: [
    ["node-red-contrib-plex-access", await measureSize(installed)],
    ["node-red-contrib-home-assistant-websocket", await measureSize(await installPeer("home-assistant-websocket"))],
    ["@lukehagar/plexjs", await measureSize(await installPeer("plexjs"))],
  ],
});

/** What loading the nodes into Node-RED costs. */
export const measureLoadings: Part = async ({ server, extent, log }) => {
  const loading: Loading[] = [];
  for (let round = 1; round <= extent.rounds; round += 1) {
    const each = await measureLoading(server);
    log(`round ${round}: the nodes loaded in ${each.time.toFixed(1)} ms`);
    loading.push(each);
  }
  return { loading, profiles: await explain(loadingGoals({ loading }), profileLoading) };
};

/** What messages that wait take up: once, for the heap after garbage collection is the same each time. */
export const measureLine: Part = async ({ server, baseline }) => {
  const before = baseline === undefined ? undefined : await measureWaiting(server, baseline);
  return { waiting: [{ baseline: before, now: await measureWaiting(server) }] };
};
