import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "../answers";
import { chooseAddresses, gdmConnections, type GdmReply, readGdmReply } from "./reply";

/** Where Plex Media Server listens for searches of its local discovery, "GDM". */
const gdmPort = 32414;
const multicastGroup = "239.0.0.250";

/** More than a home has, so that a flood of answers fills no memory. */
const maxServers = 64;
const maxAddresses = 64;

const search = "M-SEARCH * HTTP/1.0\r\n\r\n";

/** Where to send a search. */
export interface GdmTarget {
  readonly address: string;
  readonly port: number;
  /** For a multicast group: the address of the interface that it goes out of. */
  readonly from?: string;
}

/** A server that answered. */
export interface GdmServer extends GdmReply {
  /** For each address it answered from: the sender's own, for the answer itself holds none. */
  readonly connections: readonly Connection[];
}

/** How to search. */
export interface GdmOptions {
  /** Where; the multicast group and all broadcast addresses of this machine's networks unless told. */
  readonly targets?: readonly GdmTarget[] | undefined;
  /** ms to wait for answers; 2000 unless told. */
  readonly wait?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where to search, from a setting: a list of `address` or `address:port`, as of a server behind a Docker bridge or in
 * another VLAN, which no multicast reaches; undefined where none is set.
 */
export function readGdmTargets(setting: unknown): GdmTarget[] | undefined {
  if (!Array.isArray(setting)) return undefined;
  return setting.flatMap((entry: unknown) => {
    const [, address = "", port = String(gdmPort)] = /^([\d.]+)(?::(\d{1,5}))?$/.exec(String(entry)) ?? [];
    return isIPv4(address) && Number(port) > 0 && Number(port) < 65536 ? [{ address, port: Number(port) }] : [];
  });
}

function broadcastAddress(address: string, netmask: string): string {
  const mask = netmask.split(".").map(Number);
  const bytes = address.split(".").map((byte, index) => Number(byte) | (~(mask[index] ?? 255) & 255));
  return bytes.join(".");
}

/** Everywhere that a server of this machine's networks, or of this machine itself, could hear a search. */
function localTargets(): GdmTarget[] {
  const targets = [
    { address: multicastGroup, port: gdmPort },
    { address: "255.255.255.255", port: gdmPort },
    { address: "127.0.0.1", port: gdmPort },
  ];
  const networks = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return networks.reduce<GdmTarget[]>((all, { family, internal, address, netmask }) => {
    if (family !== "IPv4" || internal) return all;
    const multicast = { address: multicastGroup, port: gdmPort, from: address };
    return [...all, multicast, { address: broadcastAddress(address, netmask), port: gdmPort }];
  }, targets);
}

/** Sends one search. What cannot be sent (no network, no right to) is not: others may get through. */
async function sendTo(socket: Socket, { address, port, from }: GdmTarget): Promise<void> {
  await new Promise<void>((resolve) => {
    try {
      if (from !== undefined) socket.setMulticastInterface(from);
      socket.send(search, port, address, () => {
        resolve();
      });
    } catch {
      resolve();
    }
  });
}

function collect(socket: Socket): () => GdmServer[] {
  const found = new Map<string, { reply: GdmReply; addresses: Set<string> }>();
  socket.on("message", (datagram, { address }) => {
    const reply = readGdmReply(datagram);
    if (!reply || (found.size >= maxServers && !found.has(reply.machineIdentifier))) return;
    const entry = found.get(reply.machineIdentifier) ?? { reply, addresses: new Set() };
    if (entry.addresses.size < maxAddresses) entry.addresses.add(address);
    found.set(reply.machineIdentifier, entry);
  });
  return () =>
    [...found.values()].map(({ reply, addresses }) => {
      return { ...reply, connections: chooseAddresses([...addresses]).flatMap((each) => gdmConnections(reply, each)) };
    });
}

async function searchWith(socket: Socket, { targets, wait = 2_000, signal }: GdmOptions): Promise<GdmServer[]> {
  const results = collect(socket);
  // After a failed send there is nothing to do but to go without.
  socket.on("error", () => undefined);
  socket.bind(0);
  await once(socket, "listening");
  socket.setBroadcast(true);
  socket.setMulticastTTL(1);
  for (const target of targets ?? localTargets()) await sendTo(socket, target);
  await sleep(wait, undefined, signal ? { signal } : {});
  return results();
}

/**
 * The Plex Media Servers that answer a search on the local network (GDM: `M-SEARCH` over UDP). UDP crosses neither a
 * Docker bridge nor a VLAN, so finding none is no failure. Never rejects; an aborted search finds nothing.
 */
export async function findLocalServers(options: GdmOptions = {}): Promise<GdmServer[]> {
  const socket = createSocket("udp4");
  try {
    return await searchWith(socket, options);
  } catch {
    return [];
  } finally {
    await new Promise<void>((resolve) => socket.close(resolve));
  }
}
