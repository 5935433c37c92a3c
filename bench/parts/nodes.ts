import { steadyGoals } from "../goals/steady";
import { startContenders } from "../node-red/contenders";
import { runRounds } from "../rounds";
import { explain, type Part } from "./part";

/** What the nodes can do through Node-RED once they are warm. */
export const measureNodes: Part = async ({ server, baseline, extent, log }) => {
  const { contenders, profile, stop } = await startContenders(server, baseline, extent);
  try {
    const nodes = await runRounds(contenders, server, extent, log);
    return { nodes, profiles: await explain(steadyGoals({ nodes }), (name) => profile(name, 32)) };
  } finally {
    await stop();
  }
};
