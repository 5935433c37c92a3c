import { randomBytes } from "node:crypto";
import type { Journal } from "../http/journal";
import type { Listener } from "../http/listener";
import { sendError } from "../http/replies";
import type { Exchange, Fault, FaultFilter, RecordedRequest } from "../types";
import { commands, type Command } from "./commands";
import { startDevice } from "./device";
import { openMedia, reportState, type MediaOrder, type OpenMedia } from "./media";
import type { DeviceOptions } from "./options";
import { sendOk, sendResources, sendTimeline, type PlayerState } from "./player-replies";

/** Starts a Plex player, as on a TV, on a free port. */
export function startPlayer(options: DeviceOptions = {}): Promise<SimulatedPlayer> {
  return startDevice("player", (listener, journal) => new SimulatedPlayer(listener, journal, options));
}

/** A Plex player that takes commands over HTTP, fetches what it is told to play, and tells the server about it. */
export class SimulatedPlayer {
  readonly name = "Living Room TV";
  readonly machineIdentifier = randomBytes(12).toString("hex");
  readonly #listener: Listener;
  readonly #journal: Journal;
  readonly #tell: (words: string) => void;
  #state: PlayerState = "stopped";
  #media: OpenMedia | undefined;
  #failure: string | undefined;
  #changed: () => void = () => undefined;

  /** Use `startPlayer`. */
  constructor(listener: Listener, journal: Journal, { tell = () => undefined }: DeviceOptions) {
    this.#listener = listener;
    this.#journal = journal;
    this.#tell = tell;
  }

  get url(): string {
    return this.#listener.url;
  }

  get state(): PlayerState {
    return this.#state;
  }

  /** What it plays, or has paused. */
  get media(): OpenMedia | undefined {
    return this.#media;
  }

  /** All requests so far. */
  get requests(): RecordedRequest[] {
    return this.#journal.requests;
  }

  /** Queues a fault for a request. */
  fault(fault: Fault, filter: FaultFilter = {}): void {
    this.#journal.add(fault, filter);
  }

  /** Waits until it is in a state; rejects when it could not open what it was told to play. */
  async until(state: PlayerState): Promise<void> {
    while (this.#state !== state) {
      if (this.#failure !== undefined) throw new Error(this.#failure);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** What somebody does with the remote control. */
  async press(command: "play" | "pause" | "stop"): Promise<void> {
    await this.#do(commands.get(command));
  }

  /** Answers one command. */
  async answer(exchange: Exchange): Promise<void> {
    const { path, headers } = exchange.request;
    const command = /^\/player\/playback\/(\w+)$/.exec(path)?.[1];
    if (path === "/resources") sendResources(exchange, this);
    else if (headers["x-plex-target-client-identifier"] !== this.machineIdentifier) sendError(exchange, 404);
    else if (path === "/player/timeline/poll") sendTimeline(exchange, this);
    else if (command === "playMedia") this.#playMedia(exchange);
    else await this.#obey(exchange, commands.get(command ?? ""));
  }

  /** Stops listening. */
  close(): Promise<void> {
    return this.#listener.close();
  }

  async #obey(exchange: Exchange, command: Command | undefined): Promise<void> {
    if (command === undefined) {
      sendError(exchange, 404);
      return;
    }
    await this.#do(command);
    sendOk(exchange);
  }

  async #do(command: Command | undefined): Promise<void> {
    if (!command || !this.#media) return;
    const { title } = this.#media;
    await this.#go(command.state);
    this.#tell(`${command.verb} ${title}`);
  }

  #playMedia(exchange: Exchange): void {
    const { query } = exchange.request;
    const read = (name: string) => query.get(name) ?? "";
    const needed = ["machineIdentifier", "address", "port", "protocol", "key", "containerKey", "type", "commandID"];
    if (needed.some((name) => read(name) === "")) {
      sendError(exchange, 400);
      return;
    }
    this.#failure = undefined;
    // Like real players, it agrees first, and sees later whether it can.
    sendOk(exchange);
    const [protocol, address, port] = [read("protocol"), read("address"), read("port")];
    void this.#open({ protocol, address, port, containerKey: read("containerKey"), token: read("token") });
  }

  async #open(order: MediaOrder): Promise<void> {
    try {
      const media = await openMedia(order);
      // The server of what played until now would think that it plays on.
      await this.#report("stopped");
      this.#media = media;
      await this.#go("playing");
      this.#tell(`plays ${media.title}`);
    } catch (error) {
      this.#failure = String(error);
      this.#tell("cannot open what it shall play");
      this.#changed();
    }
  }

  async #go(state: PlayerState): Promise<void> {
    await this.#report(state);
    this.#state = state;
    if (state === "stopped") this.#media = undefined;
    this.#changed();
  }

  async #report(state: PlayerState): Promise<void> {
    if (this.#media) await reportState(this.#media, this, state);
  }
}
