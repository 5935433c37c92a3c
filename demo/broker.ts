import { createServer, type AddressInfo } from "node:net";
import { shareSubscriptions } from "../simulator/home/shared-subscriptions";
import type { Cleanup } from "./cleanup";

/** The MQTT broker of the examples. */
export interface Broker {
  readonly port: number;
  /** How many clients are connected. */
  readonly clients: () => number;
  /** Takes what is published on a topic from now on, as a device that listens there. */
  readonly listen: (topic: string, take: (text: string) => void) => void;
}

/** Starts an MQTT broker for the examples with MQTT, on a free port of 127.0.0.1. */
export async function startBroker(cleanup: Cleanup): Promise<Broker> {
  const { Aedes } = await import("aedes");
  const aedes = await Aedes.createBroker();
  shareSubscriptions(aedes);
  const server = createServer((socket) => {
    aedes.handle(socket);
  });
  cleanup.add(() => {
    server.close();
    aedes.close();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    clients: () => aedes.connectedClients,
    listen: (topic, take) => {
      aedes.on("publish", ({ topic: published, payload }) => {
        if (published === topic) take(payload.toString());
      });
    },
  };
}
