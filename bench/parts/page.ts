import { requestGoals } from "../goals/request";
import { measurePages, pageNodes, type PageRow } from "../node-red/page";
import { explain, type Part } from "./part";

/** What a page of a library costs. */
export const measurePage: Part = async ({ server, extent, log }) => {
  const pages = pageNodes.map(({ name }): PageRow => ({ name, rounds: [] }));
  for (let round = 1; round <= extent.rounds; round += 1) {
    for (const [index, { name, makeNodes }] of pageNodes.entries()) {
      const { page } = await measurePages(makeNodes, server, extent);
      pages[index]?.rounds.push(page);
      log(`round ${round}: a page with ${name}: ${page.time.toFixed(1)} ms, ${(page.growth / 1e6).toFixed(0)} MB more`);
    }
  }
  const profile = async (name: string) => {
    const node = pageNodes.find((each) => each.name === name);
    return node ? measurePages(node.makeNodes, server, extent, true) : { profile: null };
  };
  return { pages, profiles: await explain(requestGoals({ pages }), profile) };
};
