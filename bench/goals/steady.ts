import { range } from "../report/text";
import type { Figures } from "../results";
import { findRow, ratio } from "../statistics";
import type { Goal } from "./goal";
import { names } from "./names";

/** What the nodes can do once they are warm. */
export function steadyGoals({ nodes }: Pick<Figures, "nodes">): Goal[] {
  if (nodes.length === 0) return [];
  const compare = (name: string, base: string, figure: "perSecond" | "cpu") =>
    ratio(findRow(nodes, name, 32), findRow(nodes, base, 32), figure);
  const rate = compare(names.ours, names.core, "perSecond");
  const cpu = compare(names.ours, names.core, "cpu");
  const bare = compare(names.ours, names.bare, "perSecond");
  const reuse = compare(names.reuse, names.change, "perSecond");
  const explainedBy = [names.ours, names.bare];
  return [
    {
      goal: "messages per second, 32 in flight: at least 3.2 × the core http request node's",
      ...{ measured: `${range(rate)} ×`, met: rate.median >= 3.2, explainedBy },
    },
    {
      goal: "CPU time for a message, 32 in flight: at most 0.27 × the core http request node's",
      ...{ measured: `${range(cpu)} ×`, met: cpu.median <= 0.27, explainedBy },
    },
    {
      goal: "messages per second, 32 in flight: at least 0.75 × a function node's with bare `node:http`",
      ...{ measured: `${range(bare)} ×`, met: bare.median >= 0.75, explainedBy },
    },
    {
      goal: "with `reuse`, 32 in flight: at least 0.7 × the messages per second of the change node",
      ...{ measured: `${range(reuse)} ×`, met: reuse.median >= 0.7, explainedBy: [names.reuse] },
    },
  ];
}

/** The client, compared to the library that it sends its requests with. */
export function clientGoals({ clients }: Pick<Figures, "clients">): Goal[] {
  if (clients.length === 0) return [];
  return [1, 32].map((inFlight) => {
    const rate = ratio(findRow(clients, names.client, inFlight), findRow(clients, names.got, inFlight), "perSecond");
    return {
      goal: `the client, ${inFlight} in flight: at least 0.9 × as fast as bare got`,
      ...{ measured: `${range(rate)} ×`, met: rate.median >= 0.9, explainedBy: [names.client, names.got] },
    };
  });
}
