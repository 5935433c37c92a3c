import { createServer, type AddressInfo, type Server } from "node:net";
import type { Aedes } from "aedes" with { "resolution-mode": "import" };
import { shareSubscriptions } from "../../simulator/home/shared-subscriptions";

/** An MQTT broker on a free port, and what was published through it. */
export class TestBroker {
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly published: { readonly topic: string; readonly text: string; readonly retain: boolean }[] = [];
  #subscribed = 0;
  #changed: () => void = () => undefined;

  private constructor(aedes: Aedes, server: Server) {
    this.#aedes = aedes;
    this.#server = server;
    aedes.on("publish", ({ topic, payload, retain }) => {
      if (topic.startsWith("$SYS")) return;
      this.published.push({ topic, text: payload.toString(), retain });
      this.#changed();
    });
    aedes.on("subscribe", (subscriptions) => {
      this.#subscribed += subscriptions.length;
      this.#changed();
    });
  }

  /** Starts a broker. */
  static async start(): Promise<TestBroker> {
    const { Aedes } = await import("aedes");
    const aedes = await Aedes.createBroker();
    shareSubscriptions(aedes);
    const server = createServer((socket) => {
      aedes.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TestBroker(aedes, server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Waits until the flow listens to this many topics. */
  async subscriptions(count: number): Promise<void> {
    await this.#until(() => (this.#subscribed >= count ? true : undefined));
  }

  /** Publishes a message, as a button on the wall would. */
  publish(topic: string, payload: string, retain = false): void {
    this.#aedes.publish({ cmd: "publish", topic, payload, qos: 1, dup: false, retain }, () => undefined);
  }

  /** The first message that comes, or came, on a topic. */
  async answer(topic: string): Promise<{ readonly text: string; readonly retain: boolean }> {
    return this.#until(() => this.published.find((message) => message.topic === topic));
  }

  /** Stops it. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#aedes.close(resolve);
    });
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}
