import { lookup, type LookupAddress } from "node:dns";
import { connect, type Socket } from "node:net";

/** ms after which the next address is tried beside those that have not answered (RFC 8305, 5). */
const delay = 250;

/** What says of an address only that this machine has no way there, as IPv6 in many homes. */
const noWay = new Set(["ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/** A name and the port behind it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

function findAddresses(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses);
    });
  });
}

/** The addresses in the system's order, but IPv4 and IPv6 by turns. */
function alternate(addresses: readonly LookupAddress[]): string[] {
  const counts = { 4: 0, 6: 0 };
  const placed = addresses.map(({ address, family }) => ({ address, place: (counts[family === 6 ? 6 : 4] += 1) }));
  return placed.sort((a, b) => a.place - b.place).map(({ address }) => address);
}

/** Connects to the first address that answers: the others are tried beside it, and none is given up for being slow. */
function race(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const queue = addresses.values();
    const open = new Set<Socket>();
    const errors: NodeJS.ErrnoException[] = [];
    let timer: NodeJS.Timeout | undefined;
    const end = (error: unknown, winner?: Socket) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      for (const socket of open) if (socket !== winner) socket.destroy();
      open.clear();
      if (winner) resolve(winner);
      else reject(error);
    };
    const cancel = () => {
      end(signal.reason);
    };
    const tryNext = () => {
      clearTimeout(timer);
      const { value: host } = queue.next();
      if (host === undefined) {
        if (open.size === 0) end(errors.find(({ code = "" }) => !noWay.has(code)) ?? errors[0]);
        return;
      }
      const socket = connect({ host, port, noDelay: true });
      open.add(socket);
      socket.on("error", (error) => {
        if (!open.delete(socket)) return;
        errors.push(error);
        tryNext();
      });
      socket.once("connect", () => {
        end(undefined, socket);
      });
      timer = setTimeout(tryNext, delay);
    };
    signal.addEventListener("abort", cancel);
    tryNext();
  });
}

/**
 * Opens a TCP connection to a name, at whichever of its addresses answers first. Node.js does this too, but it gives an
 * address up after 250 ms (autoSelectFamilyAttemptTimeout), which a server far away may need.
 * @throws what Node.js says of the address that tells most, or the reason of the signal
 */
export async function connectToName({ host, port }: Endpoint, signal: AbortSignal): Promise<Socket> {
  const addresses = await findAddresses(host);
  signal.throwIfAborted();
  return race(alternate(addresses), port, signal);
}
