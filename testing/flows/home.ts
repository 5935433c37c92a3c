import assert from "node:assert/strict";
import {
  startCastReceiver,
  startPlayer,
  startSimulator,
  type CastReceiver,
  type RecordedRequest,
  type SimulatedPlayer,
  type Simulator,
} from "../../simulator";
import { TestBroker } from "./examples-broker";
import { RunningExample, type Entered } from "./examples-runtime";

/** What a plex-config node says when its token is not accepted. */
export const HINT = "Sign in again or enter a new X-Plex-Token in the plex-config node.";
export const UNAUTHORIZED = `The server does not accept the token. ${HINT}`;

/** What a transient token looks like. */
export const TRANSIENT = /^transient-[0-9a-f-]{36}$/;

/** A home with a Plex Media Server, a TV, a Cast device and an MQTT broker, in which one flow for a home runs. */
export class Home {
  simulator!: Simulator;
  player!: SimulatedPlayer;
  cast!: CastReceiver;
  broker!: TestBroker;
  #running: RunningExample | undefined;
  #deployments = 0;

  /**
   * @param name of the example
   * @param topics how many topics it listens to
   */
  constructor(
    readonly name: string,
    readonly topics: number,
  ) {}

  /** Starts what is new for each test. */
  async open(): Promise<void> {
    const { simulator } = this;
    [this.player, this.cast, this.broker] = await Promise.all([startPlayer(), startCastReceiver(), TestBroker.start()]);
    simulator.addClient(this.player);
    simulator.requests.length = 0;
    this.#deployments = 0;
  }

  /** Imports the example, enters what its comment says, and waits until it listens to its topics. */
  async deploy(entered: Partial<Entered> = {}): Promise<RunningExample> {
    const { simulator, player, cast, broker } = this;
    const { placeholders, config, ...rest } = entered;
    this.#deployments += 1;
    const subscribed = broker.subscriptions(this.topics * this.#deployments);
    this.#running = await RunningExample.deploy(this.name, {
      url: simulator.url,
      token: simulator.token,
      source: simulator.sharedServer,
      placeholders: {
        "the-identifier-of-your-player": player.machineIdentifier,
        "http://192.168.1.30:8080": cast.url,
        ...placeholders,
      },
      config: { "mqtt-broker": { broker: "127.0.0.1", port: String(broker.port) }, ...config },
      ...rest,
    });
    await subscribed;
    return this.#running;
  }

  /** The same for a flow with a plex-events node: waits until that listens to the server. */
  async listen(entered?: Partial<Entered>): Promise<RunningExample> {
    const flow = await this.deploy(entered);
    const deadline = Date.now() + 5_000;
    while (this.simulator.notifications.open === 0) {
      assert.ok(Date.now() < deadline, "The flow does not listen to the server.");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return flow;
  }

  /** Stops the flow. */
  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }

  /** Ends what `open` has started, and the flow before: it would complain of a broker that is gone. */
  async close(): Promise<void> {
    await this.stop();
    this.simulator.clearFaults();
    await Promise.all([this.player.close(), this.cast.close(), this.broker.stop()]);
  }

  /** The first JSON that comes, or came, on a topic. */
  async told(topic: string): Promise<Record<string, unknown>> {
    return JSON.parse((await this.broker.answer(topic)).text) as Record<string, unknown>;
  }

  /** The one request to the servers for a path, of all that came. */
  theRequest(path: string, method = "GET"): RecordedRequest {
    const found = this.simulator.requests.filter((request) => request.path === path && request.method === method);
    assert.equal(found.length, 1, path);
    return found[0]!;
  }
}

/** Gives the tests of a suite a home; to be called where the suite is defined. */
export function useHome(name: string, topics: number): Home {
  const home = new Home(name, topics);
  before("start the servers", async () => {
    home.simulator = await startSimulator();
  });
  beforeEach("start the devices", () => home.open());
  afterEach("stop the flow and the devices", () => home.close());
  after("stop the servers", () => home.simulator.close());
  return home;
}
