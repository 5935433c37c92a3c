import { putOn, startCastReceiver, startPlayer } from "../simulator";
import type { Broker } from "./broker";
import type { Cleanup } from "./cleanup";
import { tell } from "./report";
import type { DemoServer } from "./server";

/** The devices of the home that the examples are about. */
export interface DemoDevices {
  /** What stands in the examples for what the user enters of them, and what to enter here. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** Has somebody watch a film on the TV, so that there is something to be paused. */
  readonly watch: () => Promise<void>;
}

/** A real server's films are for real devices: a simulated one would load them whole. */
const none: DemoDevices = { placeholders: {}, watch: () => Promise.resolve() };

/** Does what a speaker does with an address: gets the sound. Tells of it without the address, for it holds a token. */
async function play(address: string): Promise<void> {
  const say = (words: string) => {
    tell("Speaker", `Kitchen speaker: ${words}`, "▶");
  };
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    say(`plays a file of ${(await answer.arrayBuffer()).byteLength} bytes`);
  } catch {
    say("cannot open what it shall play");
  }
}

/** Starts a TV, a Cast device and a speaker that print what they do, for the simulated server. */
export async function startDevices(server: DemoServer, broker: Broker, cleanup: Cleanup): Promise<DemoDevices> {
  if (!server.simulated) return none;
  const player = await startPlayer({
    tell: (words) => {
      tell("TV", `${player.name}: ${words}`, "▶");
    },
  });
  cleanup.add(() => player.close());
  server.addClient?.(player);
  const cast = await startCastReceiver({
    tell: (words) => {
      tell("Cast", `Cast device: ${words}`, "▶");
    },
  });
  cleanup.add(() => cast.close());
  broker.listen("home/speaker/url", (address) => {
    void play(address);
  });
  return {
    placeholders: {
      "the-identifier-of-your-player": player.machineIdentifier,
      "http://192.168.1.30:8080": cast.url,
    },
    watch: () => putOn(player, { ...server, machineIdentifier: (server.source ?? "").replace("server://", "") }, 2),
  };
}
