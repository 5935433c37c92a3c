import { runClient, type StandIn } from "./children";
import { names } from "./goals";
import type { ClientReport } from "./inside/client-worker";
import type { Sample } from "./inside/meter";
import { installPeer } from "./places";
import type { ClientLoading } from "./results";
import type { Contender, Extent } from "./rounds";

/** Clients that are measured without Node-RED. */
export interface ClientContenders {
  readonly contenders: readonly Contender[];
  /** What was learnt by the way about loading them. */
  readonly loading: readonly ClientLoading[];
  readonly profile: (name: string, inFlight: number) => Promise<Sample>;
}

/** @param installed the folder that has the packed package, and with it the got that it uses */
export async function findClients(
  installed: string,
  { url, token }: StandIn,
  { ms, warmUp, warmUpCalls }: Extent,
): Promise<ClientContenders> {
  const places = [
    { name: names.client, client: "ours", folder: installed },
    { name: names.got, client: "got", folder: installed },
    { name: "@ctrl/plex", client: "ctrl-plex", folder: await installPeer("ctrl-plex") },
    { name: "@lukehagar/plexjs", client: "plexjs", folder: await installPeer("plexjs") },
  ];
  const reports = new Map<string, ClientReport[]>(places.map(({ name }) => [name, []]));
  const measure = async (name: string, inFlight: number, profile: boolean) => {
    const place = places.find((candidate) => candidate.name === name);
    if (!place) throw new Error(`There is no client ${name}.`);
    const { client, folder } = place;
    const report = await runClient({
      client,
      folder,
      url,
      token,
      order: { inFlight, ms, warmUp, warmUpCalls, profile },
    });
    if (!profile) reports.get(name)?.push(report);
    return report.sample;
  };
  return {
    contenders: places.map(({ name }) => ({ name, measure: (inFlight) => measure(name, inFlight, false) })),
    loading: [...reports].map(([name, list]) => ({ name, reports: list })),
    profile: (name, inFlight) => measure(name, inFlight, true),
  };
}
