import { findClients } from "../clients";
import { clientGoals } from "../goals/steady";
import { runRounds } from "../rounds";
import { explain, type Part } from "./part";

/** The client, and others, without Node-RED. */
export const measureClients: Part = async ({ server, installed, extent, log }) => {
  const { contenders, loading, profile } = await findClients(installed, server, extent);
  const clients = await runRounds(contenders, server, extent, log);
  const profiles = await explain(clientGoals({ clients }), (name) => profile(name, 32));
  return { clients, clientLoading: loading, profiles };
};
