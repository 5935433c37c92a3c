import { randomBytes } from "node:crypto";
import type { Clock } from "./clock";
import type { Journal } from "./http/journal";
import type { Stations } from "./network";
import type { Settings } from "./options";
import { PlexTv } from "./plex-tv/plex-tv";
import { OFFLINE_SERVER, PLAYER, type AccountResource } from "./plex-tv/resources";

const FRIEND = { id: 8150, title: "friend" };

/** Starts plex.tv with an account that has the own server, the friend's, one that is off, and a player. */
export async function startPlexTv(
  settings: Settings,
  journal: Journal,
  clock: Clock,
  { own, shared }: Stations,
): Promise<PlexTv> {
  const { host, tls, token } = settings;
  // The friend's server accepts a long-lived token of its own, not the account's.
  const sharedToken = randomBytes(15).toString("base64url");
  shared.tokens.addAccount(sharedToken, false);
  const resources = (): AccountResource[] => [
    { ...own.source, accessToken: token, presence: true },
    { ...shared.source, accessToken: sharedToken, presence: true, owner: FRIEND },
    OFFLINE_SERVER,
    PLAYER,
  ];
  const plexTv = new PlexTv({ host, tls, journal, clock, token, resources });
  await plexTv.listener.listen();
  return plexTv;
}
