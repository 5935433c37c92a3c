import { startPlexTv } from "./account";
import { Clock } from "./clock";
import { Journal } from "./http/journal";
import type { Listener } from "./http/listener";
import type { GdmServer } from "./gdm";
import { startStations, type Station, type Stations } from "./network";
import type { Client } from "./pms/companion";
import type { Notifications } from "./pms/notifications";
import { Viewer, type ViewerOptions } from "./pms/viewer";
import type { PlexTv } from "./plex-tv/plex-tv";
import { settingsOf, type Settings, type SimulatorOptions } from "./options";
import type { Fault, FaultFilter, RecordedRequest, ServerName, SourceConnection } from "./types";

type MediaServerName = Exclude<ServerName, "plexTv">;

/** Starts the simulated servers; rejects when the port can't be had. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settingsOf(options);
  const journal = new Journal();
  const clock = new Clock();
  const stations = await startStations(settings, journal, clock);
  const plexTv = settings.plexTv ? await startPlexTv(settings, journal, clock, stations) : undefined;
  return new Simulator({ settings, journal, clock, stations, plexTv });
}

interface Parts {
  readonly settings: Settings;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly stations: Stations;
  readonly plexTv: PlexTv | undefined;
}

/** A running Plex Media Server, the sources it knows, and the switches that tests need. */
export class Simulator {
  readonly #parts: Parts;

  /** Use `startSimulator`. */
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The owner's account token. */
  get token(): string {
    return this.#parts.settings.token;
  }

  get machineIdentifier(): string {
    return this.#parts.settings.machineIdentifier;
  }

  /** The own server's base URL, without a slash at its end. */
  get url(): string {
    return this.#parts.stations.own.listener.url;
  }

  /** The shared server's base URL. */
  get sharedUrl(): string {
    return this.#parts.stations.shared.listener.url;
  }

  /** Source identifier of the own server, `server://…`. */
  get ownServer(): string {
    return this.#parts.stations.own.id;
  }

  /** Source identifier of the shared server, `server://…`. */
  get sharedServer(): string {
    return this.#parts.stations.shared.id;
  }

  /** Source identifier of the cloud provider, `provider://…`. */
  get provider(): string {
    return this.#parts.stations.provider.id;
  }

  /** plex.tv, where it was asked for. */
  get plexTv(): PlexTv {
    const { plexTv } = this.#parts;
    if (!plexTv) throw new Error("startSimulator({ plexTv: true }) starts plex.tv");
    return plexTv;
  }

  /** What a GDM responder tells of the own server, for `startGdm({ servers })`. */
  get announcement(): GdmServer {
    const { settings, stations } = this.#parts;
    const { name, machineIdentifier } = settings;
    return { name, machineIdentifier, port: stations.own.listener.port };
  }

  /** All requests so far, of all listeners, in the order in which they came. */
  get requests(): RecordedRequest[] {
    return this.#parts.journal.requests;
  }

  /** The simulated time, in milliseconds since 1970. */
  now(): number {
    return this.#parts.clock.now();
  }

  /** Moves the simulated clock forward. */
  advance(milliseconds: number): void {
    this.#parts.clock.advance(milliseconds);
  }

  /** The own server's stream of notifications. */
  get notifications(): Notifications {
    return this.#parts.stations.own.notifications;
  }

  /** Lets the own server find a player, to which it hands commands. */
  addClient(client: Client): void {
    this.#parts.stations.own.companion.add(client);
  }

  /** How often somebody had the own server's library scanned. */
  get scans(): number {
    return this.#parts.stations.own.watching.scans;
  }

  /** Somebody who watches something of the own server. */
  viewer(options: ViewerOptions = {}): Viewer {
    return new Viewer(this.#parts.stations.own.playing, options);
  }

  /**
   * What a restart does to clients: every transient token is gone, nothing plays, and session keys begin at 1 again.
   * Connections stay; see `dropConnections`.
   */
  restart(): void {
    for (const { tokens, playing } of this.#allStations()) {
      tokens.restart();
      playing.restart();
    }
  }

  /** Stops accepting a token, on every server and on plex.tv. */
  revoke(token: string): void {
    this.#parts.plexTv?.revoke(token);
    for (const { tokens } of this.#allStations()) tokens.revoke(token);
  }

  /** Queues a fault for the next request that the filter is for, or for the next `times` of them. */
  fault(fault: Fault, filter: FaultFilter = {}): void {
    this.#parts.journal.add(fault, filter);
  }

  /** How many faults wait for a request. */
  get pendingFaults(): number {
    return this.#parts.journal.pending;
  }

  /** Forgets the faults that still wait. */
  clearFaults(): void {
    this.#parts.journal.clear();
  }

  /** The connections that /security/resources tells for a source. */
  connections(server: MediaServerName): readonly SourceConnection[] {
    return this.#parts.stations[server].source.connections;
  }

  /** Replaces the connections that /security/resources tells for a source. */
  setConnections(server: MediaServerName, connections: readonly SourceConnection[]): void {
    this.#parts.stations[server].source.connections = connections;
  }

  /** How many connections are open, at one listener or at all. */
  openSockets(server?: ServerName): number {
    const counts = this.#listeners(server).map((listener) => listener.openSockets);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Ends open connections, as the real restart of a server does. */
  dropConnections(server?: ServerName): void {
    for (const listener of this.#listeners(server)) listener.dropConnections();
  }

  /** Stops everything and ends open connections. */
  async close(): Promise<void> {
    await Promise.all(this.#listeners().map((listener) => listener.close()));
  }

  #allStations(): Station[] {
    const { own, shared, provider } = this.#parts.stations;
    return [own, shared, provider];
  }

  #listeners(server?: ServerName): Listener[] {
    const { stations, plexTv } = this.#parts;
    const { own, shared, provider } = stations;
    const all = { own, shared, provider, plexTv };
    return (server === undefined ? Object.values(all) : [all[server]]).flatMap((one) => (one ? [one.listener] : []));
  }
}
