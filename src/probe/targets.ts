import { type Connection, rankConnection } from "../answers";

/** A place that is asked once, whatever number of connections leads there. */
export interface Target {
  /** What to ask. */
  readonly url: string;
  /** All that lead there. */
  readonly connections: readonly Connection[];
}

/** Where a Plex Media Server tells who it is. What else an address may hold, such as a login or a query, is left out. */
function identityUrl({ uri }: Connection): string {
  const { origin, pathname } = new URL(uri);
  return `${origin}${pathname.replace(/\/$/, "")}/identity`;
}

/**
 * The places that connections lead to, in the order in which to ask them: the first of every rank, then the second of
 * every rank, and so on. Where there are more than can be asked at a time, none waits behind all those of another rank.
 */
export function findTargets(connections: readonly Connection[]): Target[] {
  const targets = new Map<string, { url: string; connections: Connection[]; position: number }>();
  const counts = new Map<number, number>();
  for (const connection of connections) {
    const url = identityUrl(connection);
    const known = targets.get(url);
    if (known) {
      known.connections.push(connection);
      continue;
    }
    const rank = rankConnection(connection);
    const position = counts.get(rank) ?? 0;
    counts.set(rank, position + 1);
    targets.set(url, { url, connections: [connection], position });
  }
  return [...targets.values()].sort((a, b) => a.position - b.position);
}
