import { randomBytes } from "node:crypto";
import type { Clock } from "./clock";
import type { Journal } from "./http/journal";
import { Listener } from "./http/listener";
import type { Settings } from "./options";
import { answerMediaServer } from "./pms/media-server";
import { Companion } from "./pms/companion";
import { Notifications } from "./pms/notifications";
import { PlayQueues } from "./pms/play-queues";
import { Playing } from "./pms/playing";
import type { Identity } from "./pms/server-info";
import { connectionsOf, type Source, type Sources } from "./pms/sources";
import { TokenStore } from "./pms/tokens";
import { Watching } from "./pms/watching";
import type { ServerName } from "./types";

const PROVIDER_ID = "tv.plex.provider.vod";

/** One media server that listens: its place, its tokens, and itself as a source. */
export interface Station {
  readonly id: string;
  readonly listener: Listener;
  readonly tokens: TokenStore;
  readonly source: Source;
  readonly playing: Playing;
  readonly notifications: Notifications;
  readonly companion: Companion;
  readonly watching: Watching;
}

/** The media servers: the own one knows all of them as sources. */
export interface Stations {
  readonly own: Station;
  readonly shared: Station;
  readonly provider: Station;
}

/** Starts the own server, the shared one and the provider. */
export async function startStations(settings: Settings, journal: Journal, clock: Clock): Promise<Stations> {
  const sources: Sources = new Map();
  const start = async (name: ServerName, identity: Identity) => {
    const station = await startStation(name, identity, { settings, journal, tokens: new TokenStore(clock), sources });
    sources.set(station.id, station.source);
    return station;
  };
  const { name, machineIdentifier } = settings;
  // First the one whose port may be taken: the others take any free port, and need no clearing away.
  const own = await start("own", { name, machineIdentifier });
  own.tokens.addAccount(settings.token, true);
  const shared = await start("shared", { name: "Attic", machineIdentifier: settings.sharedMachineIdentifier });
  const provider = await start("provider", { name: "Movies & Shows", machineIdentifier: PROVIDER_ID });
  return { own, shared, provider };
}

interface StationParts {
  readonly settings: Settings;
  readonly journal: Journal;
  readonly tokens: TokenStore;
  readonly sources: Sources;
}

async function startStation(name: ServerName, identity: Identity, parts: StationParts): Promise<Station> {
  const { settings, journal, tokens } = parts;
  const { host, tls, tlsVersion, tokenMethods, methodRefusal } = settings;
  const own = name === "own";
  const sources = own ? parts.sources : (new Map() as Sources);
  const notifications = new Notifications();
  const playing = new Playing(notifications);
  const [companion, watching] = [new Companion(), new Watching()];
  const playQueues = new PlayQueues(identity.machineIdentifier);
  const playback = { playQueues, playing, notifications, companion, watching };
  const server = { identity, tokens, sources, ...playback, tokenMethods, methodRefusal };
  const place = { name, host, tls, tlsVersion, port: own ? settings.port : 0, basePath: own ? settings.basePath : "" };
  const listener = new Listener(place, journal, (exchange) => answerMediaServer(server, exchange));
  await listener.listen();
  const { machineIdentifier: clientIdentifier } = identity;
  const connections = connectionsOf(listener, randomBytes(16).toString("hex"));
  const source: Source = { name: identity.name, clientIdentifier, tokens, owned: own, connections };
  return {
    id: `${name === "provider" ? "provider" : "server"}://${clientIdentifier}`,
    listener,
    tokens,
    source,
    playing,
    notifications,
    companion,
    watching,
  };
}
