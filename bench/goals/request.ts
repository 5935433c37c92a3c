import { range } from "../report/text";
import type { Figures } from "../results";
import { spread } from "../statistics";
import type { PageRow, PageSample } from "../node-red/page";
import type { Goal } from "./goal";
import { names } from "./names";

/** How plex-request compares to the core node, round by round. */
export function comparePages(pages: readonly PageRow[], figure: keyof PageSample) {
  const find = (name: string) => pages.find((row) => row.name === name)?.rounds ?? [];
  const base = find(names.core);
  return spread(find(names.page).map((sample, round) => sample[figure] / (base[round]?.[figure] ?? Number.NaN)));
}

/** What a big answer costs. */
export function requestGoals({ pages }: Pick<Figures, "pages">): Goal[] {
  if (pages.length === 0) return [];
  const [time, memory] = [comparePages(pages, "time"), comparePages(pages, "growth")];
  const explainedBy = [names.page, names.core];
  return [
    {
      goal: "plex-request, a page of 1000 items: at most 2 × the core http request node's time",
      ...{ measured: `${range(time)} ×`, met: time.median <= 2, explainedBy },
    },
    {
      goal: "the same: the process grows by at most 2 × as much at its peak",
      ...{ measured: `${range(memory)} ×`, met: memory.median <= 2 },
    },
  ];
}
