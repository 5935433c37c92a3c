import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";

/** A port that answers no attempt to connect until it is opened, and then passes on what comes. */
export interface SilentPort {
  readonly port: number;
  /** From now on connections lead to this port of 127.0.0.1. */
  readonly open: (target: number) => void;
  readonly close: () => Promise<void>;
}

/** What runs in a thread of its own: the thread stands still, so that the system's queue for connections stays full. */
const source = `
const net = require("node:net");
const { parentPort, workerData } = require("node:worker_threads");
const server = net.createServer((client) => {
  const target = net.connect(workerData[1], "127.0.0.1");
  for (const socket of [client, target]) socket.on("error", () => { client.destroy(); target.destroy(); });
  client.pipe(target).pipe(client);
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(workerData, 0, 0);
});`;

/** Takes a free port of 127.0.0.1 and fills its queue, so that whoever else connects hears nothing. */
export async function startSilentPort(): Promise<SilentPort> {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(source, { eval: true, workerData: state });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  const fillers: Socket[] = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  const giveUp = () => {
    for (const filler of fillers.splice(0)) filler.destroy();
  };
  const open = (target: number) => {
    giveUp();
    Atomics.store(state, 1, target);
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
  };
  await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    port,
    open,
    close: async () => {
      open(1);
      await worker.terminate();
    },
  };
}
