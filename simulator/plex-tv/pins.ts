import { randomInt } from "node:crypto";
import type { Clock } from "../clock";

/** A PIN of the sign-in. */
export interface Pin {
  readonly id: number;
  readonly code: string;
  readonly product: string;
  readonly clientIdentifier: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  authToken: string | null;
}

const SHORT_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ123456789";
const LONG_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** The PINs that plex.tv has given out. */
export class Pins {
  readonly #clock: Clock;
  readonly #pins = new Map<number, Pin>();
  #lastId = 1_400_000_000 + randomInt(1_000_000);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes a PIN: 25 characters and half an hour when strong, else 4 characters and a quarter of an hour. */
  create(strong: boolean, clientIdentifier: string, product: string): Pin {
    const createdAt = this.#clock.now();
    const expiresIn = strong ? 1800 : 900;
    const pin: Pin = {
      id: (this.#lastId += 1),
      code: strong ? randomText(25, LONG_ALPHABET) : randomText(4, SHORT_ALPHABET),
      product,
      clientIdentifier,
      expiresIn,
      createdAt,
      expiresAt: createdAt + expiresIn * 1000,
      authToken: null,
    };
    this.#pins.set(pin.id, pin);
    return pin;
  }

  /** A PIN by its number, over or not. */
  byId(id: number): Pin | undefined {
    return this.#pins.get(id);
  }

  /** A PIN that still waits, by its code. */
  byCode(code: string): Pin | undefined {
    const found = [...this.#pins.values()].find((pin) => pin.code.toUpperCase() === code.toUpperCase());
    return found && !this.isOver(found) ? found : undefined;
  }

  /** Whether its time has run out. */
  isOver(pin: Pin): boolean {
    return this.#clock.now() >= pin.expiresAt;
  }

  /** Forgets a PIN. */
  remove(pin: Pin): void {
    this.#pins.delete(pin.id);
  }
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
