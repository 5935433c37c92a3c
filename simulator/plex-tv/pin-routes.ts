import { readFields } from "../http/body";
import { sendValue } from "../http/replies";
import { plexValue } from "../http/request";
import type { Exchange } from "../types";
import { sendPlexTvError } from "./errors";
import type { Pin, Pins } from "./pins";

// The real one looks the address of the request up; this one lies nowhere.
const LOCATION = {
  code: "XX",
  european_union_member: false,
  continent_code: "XX",
  country: "Nowhere",
  city: "Nowhere",
  time_zone: "Etc/UTC",
  postal_code: "00000",
  in_privacy_restricted_country: false,
  in_privacy_restricted_region: false,
  subdivisions: "Nowhere",
  coordinates: "0, 0",
};

/** POST /api/v2/pins: a new PIN. */
export async function createPin(exchange: Exchange, pins: Pins, origin: string): Promise<void> {
  const fields = await readFields(exchange);
  const value = (name: string) => plexValue(exchange.request, name) ?? fields.get(name) ?? undefined;
  const clientIdentifier = value("X-Plex-Client-Identifier");
  if (clientIdentifier === undefined) {
    sendPlexTvError(exchange, 1000);
    return;
  }
  const strong = /^(true|1)$/.test(fields.get("strong") ?? "");
  const pin = pins.create(strong, clientIdentifier, value("X-Plex-Product") ?? "0");
  sendPin(exchange, pin, 201, origin);
}

/** GET /api/v2/pins/:id: whether the user has allowed it by now. */
export function showPin(exchange: Exchange, pins: Pins, origin: string, showExpired: boolean): void {
  const clientIdentifier = plexValue(exchange.request, "X-Plex-Client-Identifier");
  if (clientIdentifier === undefined) {
    sendPlexTvError(exchange, 1000);
    return;
  }
  const id = Number(exchange.request.path.split("/").at(-1));
  const pin = pins.byId(id);
  const mine = pin?.clientIdentifier === clientIdentifier;
  if (!pin || !mine || (pins.isOver(pin) && !showExpired)) sendPlexTvError(exchange, 1020);
  else sendPin(exchange, pins.isOver(pin) ? { ...pin, authToken: null } : pin, 200, origin);
}

function sendPin(exchange: Exchange, pin: Pin, status: number, origin: string): void {
  const { id, code, product, clientIdentifier, expiresIn, authToken } = pin;
  const body = {
    id,
    code,
    product,
    trusted: false,
    qr: `${origin}/api/v2/pins/qr/${code}`,
    clientIdentifier,
    location: LOCATION,
    expiresIn,
    createdAt: timestamp(pin.createdAt),
    expiresAt: timestamp(pin.expiresAt),
    authToken,
    newRegistration: authToken === null ? null : false,
  };
  sendValue(exchange, status, body, "pin", body);
}

function timestamp(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
