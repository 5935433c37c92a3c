import { createServer, type AddressInfo } from "node:net";
import { shareSubscriptions } from "../simulator/shared-subscriptions";
import type { Cleanup } from "./cleanup";

/** Starts an MQTT broker for the example with MQTT, on a free port of 127.0.0.1, and tells which. */
export async function startBroker(cleanup: Cleanup): Promise<number> {
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
  return (server.address() as AddressInfo).port;
}
