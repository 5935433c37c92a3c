import { Journal } from "../http/journal";
import { Listener } from "../http/listener";
import type { DeviceName, Handler } from "../types";

/** Starts a device that listens on a free port, and is made of its listener and what that records. */
export async function startDevice<T extends { readonly answer: Handler }>(
  name: DeviceName,
  make: (listener: Listener, journal: Journal) => T,
): Promise<T> {
  const journal = new Journal();
  const device: { current?: T } = {};
  const options = { name, port: 0, host: "127.0.0.1" };
  const listener = new Listener(options, journal, (exchange) => device.current?.answer(exchange));
  await listener.listen();
  return (device.current = make(listener, journal));
}
