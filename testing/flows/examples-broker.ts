import { createServer, type AddressInfo, type Server } from "node:net";
import type { Aedes } from "aedes" with { "resolution-mode": "import" };
import { shareSubscriptions } from "../../simulator/home/shared-subscriptions";

/** An MQTT broker on a free port, and what was published through it. */
export class TestBroker {
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly published: { readonly topic: string; readonly text: string; readonly retain: boolean }[] = [];
  #subscribed = 0;
  #waiting: (() => void)[] = [];

  private constructor(aedes: Aedes, server: Server) {
    this.#aedes = aedes;
    this.#server = server;
    aedes.on("publish", ({ topic, payload, retain }) => {
      if (topic.startsWith("$SYS")) return;
      this.published.push({ topic, text: payload.toString(), retain });
      this.#wake();
    });
    aedes.on("subscribe", (subscriptions) => {
      this.#subscribed += subscriptions.length;
      this.#wake();
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

  /** So many messages on a topic, once they have come: all of them, in order. */
  async answers(topic: string, count: number): Promise<readonly { readonly text: string; readonly retain: boolean }[]> {
    return this.#until(() => {
      const found = this.published.filter((message) => message.topic === topic);
      return found.length >= count ? found : undefined;
    });
  }

  /** Stops it. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#aedes.close(resolve);
    });
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }
}
