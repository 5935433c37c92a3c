import { type Fields, isFields, readFlag, readIdentifier, readLabel, readList } from "../answers";

/** More than any home has, so that an answer made to keep this program busy does not. */
const maxPlayers = 500;

/** Somebody who plays something. */
export interface PlayerUser {
  readonly id: string | null;
  readonly name: string;
}

/** A player, as a server or an account knows it. */
export interface Player {
  readonly machineIdentifier: string;
  readonly name: string;
  /** Such as `Plexamp`. */
  readonly product: string | null;
  /** Whether something is being played on it, or paused. */
  readonly playing: boolean;
  /** Whether it can be reached now, as far as anybody knows. */
  readonly online: boolean;
  /** Who plays on it now. */
  readonly users: readonly PlayerUser[];
}

function readPlayer(fields: Fields, state: Pick<Player, "playing" | "online" | "users">): Player[] {
  const machineIdentifier = readIdentifier(fields, "machineIdentifier") ?? readIdentifier(fields, "clientIdentifier");
  if (machineIdentifier === null) return [];
  const name = readLabel(fields, "title") ?? readLabel(fields, "name") ?? machineIdentifier;
  return [{ machineIdentifier, name, product: readLabel(fields, "product"), ...state }];
}

function readUser(session: Fields): PlayerUser[] {
  return readList(session.User).flatMap((user) => {
    const name = readLabel(user, "title");
    return name === null ? [] : [{ id: readIdentifier(user, "id"), name }];
  });
}

/** The players of `/status/sessions`: each entry of its list has a Player, and the User who plays on it. */
export function readSessionPlayers(content: unknown): Player[] {
  const lists = isFields(content) ? Object.values(content).filter((value) => Array.isArray(value)) : [];
  const sessions = lists.flatMap(readList);
  return sessions.flatMap((session) =>
    readList(session.Player).flatMap((player) =>
      readPlayer(player, { playing: true, online: true, users: readUser(session) }),
    ),
  );
}

/** The players of `/clients`: those on the server's network that let themselves be controlled. */
export function readClientPlayers(content: unknown): Player[] {
  const servers = isFields(content) ? readList(content.Server) : [];
  return servers.flatMap((server) => readPlayer(server, { playing: false, online: true, users: [] }));
}

/** The players among the resources of an account: what provides `player`. */
export function readAccountPlayers(resources: readonly Fields[]): Player[] {
  const players = resources.filter((resource) => (readLabel(resource, "provides") ?? "").split(",").includes("player"));
  return players.flatMap((player) =>
    readPlayer(player, { playing: false, online: readFlag(player, "presence"), users: [] }),
  );
}

function merge(one: Player, other: Player): Player {
  const users = [...one.users, ...other.users.filter(({ name }) => !one.users.some((user) => user.name === name))];
  const { playing, online, product } = other;
  return {
    ...one,
    product: one.product ?? product,
    playing: one.playing || playing,
    online: one.online || online,
    users,
  };
}

/** Those that play first, then those that can be reached, by name; each once, as the earliest list names it. */
export function mergePlayers(...lists: readonly (readonly Player[])[]): Player[] {
  const players = new Map<string, Player>();
  for (const player of lists.flat()) {
    const known = players.get(player.machineIdentifier);
    players.set(player.machineIdentifier, known ? merge(known, player) : player);
  }
  const order = (a: Player, b: Player) =>
    Number(b.playing) - Number(a.playing) || Number(b.online) - Number(a.online) || a.name.localeCompare(b.name);
  return [...players.values()].sort(order).slice(0, maxPlayers);
}
