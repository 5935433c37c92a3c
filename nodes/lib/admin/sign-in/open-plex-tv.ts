import type { NodeAPI } from "node-red";
import { PlexTv } from "../../../../src/plex-tv";
import type { ConnectionSettings } from "../form";

/** plex.tv, or what Node-RED's settings put in its place. @throws PlexError `not-configured` */
export function openPlexTv(RED: NodeAPI, { clientIdentifier, tls, proxy, timeout }: ConnectionSettings): PlexTv {
  const { plexConfigTvUrl } = RED.settings as { plexConfigTvUrl?: unknown };
  return new PlexTv({ url: plexConfigTvUrl, clientIdentifier, tls, proxy, timeout });
}
