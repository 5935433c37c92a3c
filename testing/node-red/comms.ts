import { once, type EventEmitter } from "node:events";
import { createRequire } from "node:module";

/** The little that is used here of the `ws` package. */
interface Socket extends EventEmitter {
  send(data: string): void;
  close(): void;
}

// Node.js 20 has no WebSocket client of its own; the one that Node-RED's editor API depends on will do.
const fromNodeRed = createRequire(require.resolve("node-red/package.json"));
const fromEditorApi = createRequire(fromNodeRed.resolve("@node-red/editor-api"));
const WebSocket = fromEditorApi("ws") as new (url: string) => Socket;

/** What Node-RED pushed to an editor. */
export interface CommsMessage {
  readonly topic: string;
  readonly data: unknown;
}

/** A listener where an open editor would listen. */
export interface Comms {
  /** Everything as it came over the wire. */
  readonly frames: readonly string[];
  readonly messages: readonly CommsMessage[];
  readonly close: () => Promise<void>;
}

/** Subscribes to what editors of a Node-RED see: statuses, the debug sidebar, notifications. Its URL ends with a slash. */
export async function openComms({ url }: { readonly url: string }): Promise<Comms> {
  const frames: string[] = [];
  const messages: CommsMessage[] = [];
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}comms`);
  socket.on("message", (data: unknown) => {
    const text = String(data);
    frames.push(text);
    const pushed = JSON.parse(text) as CommsMessage | CommsMessage[];
    messages.push(...[pushed].flat());
  });
  await once(socket, "open");
  for (const topic of ["status/#", "debug", "notification/#", "event-log/#"])
    socket.send(JSON.stringify({ subscribe: topic }));
  return {
    frames,
    messages,
    close: async () => {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}
