import { type Fields, isFields, readList, readString } from "../answers";
import { invalidResponse } from "../errors";
import { isHeaderSafe } from "../settings";

/** The longest life of a pin in ms: Plex gives strong ones 1800 s and the others 900 s. */
const maxLifetime = 1_800_000;

/** A sign-in that a user has to allow. */
export interface Pin {
  readonly id: string;
  /** 25 characters when strong, else 4. */
  readonly code: string;
  /** ms from its making until it is over. */
  readonly expiresIn: number;
  /** Epoch ms of its making, by the clock of plex.tv; null where it did not say. */
  readonly createdAt: number | null;
  /** Epoch ms of its making, by the clock of this machine. */
  readonly receivedAt: number;
}

/** What has become of a pin. */
export type PinState =
  | { readonly state: "waiting" }
  | { readonly state: "allowed"; readonly token: string }
  /** Its time is over by what plex.tv says. */
  | { readonly state: "expired" }
  /** plex.tv does not know it, or not any more. */
  | { readonly state: "gone" };

function readFields(document: unknown): Fields {
  const fields = isFields(document) ? (readList(document.pin)[0] ?? document) : undefined;
  if (fields) return fields;
  throw invalidResponse("The answer of plex.tv is not a pin.", 200);
}

function readTime(fields: Fields, name: string): number | null {
  const time = Date.parse(readString(fields, name) ?? "");
  return Number.isNaN(time) ? null : time;
}

function readLifetime(fields: Fields): number {
  const [createdAt, expiresAt] = [readTime(fields, "createdAt"), readTime(fields, "expiresAt")];
  const told = [
    Number(readString(fields, "expiresIn") ?? Number.NaN) * 1000,
    createdAt !== null && expiresAt !== null ? expiresAt - createdAt : Number.NaN,
  ].filter((life) => life >= 0);
  return Math.min(maxLifetime, ...told);
}

/** A new pin, as `POST /api/v2/pins` answers. @throws PlexError `invalid-response` when it is something else */
export function readPin(document: unknown): Pin {
  const fields = readFields(document);
  const [id, code] = [readString(fields, "id") ?? "", readString(fields, "code") ?? ""];
  if (!/^\w{1,64}$/.test(id) || !/^\w{1,64}$/.test(code))
    throw invalidResponse("The answer of plex.tv is not a pin.", 200);
  return {
    id,
    code,
    expiresIn: readLifetime(fields),
    createdAt: readTime(fields, "createdAt"),
    receivedAt: Date.now(),
  };
}

/** Whether it is over by the clock of plex.tv, which this machine's need not agree with. */
function isOver(fields: Fields, { createdAt, receivedAt }: Pin): boolean {
  const expiresAt = readTime(fields, "expiresAt");
  const now = createdAt === null ? Date.now() : createdAt + Date.now() - receivedAt;
  return Number(readString(fields, "expiresIn") ?? 1) <= 0 || (expiresAt !== null && expiresAt <= now);
}

/** What `GET /api/v2/pins/{id}` says. @throws PlexError `invalid-response` when it is something else */
export function readPinState(document: unknown, pin: Pin): PinState {
  const fields = readFields(document);
  if (readString(fields, "id") === null) throw invalidResponse("The answer of plex.tv is not a pin.", 200);
  const token = readString(fields, "authToken");
  if (token !== null && isHeaderSafe(token)) return { state: "allowed", token };
  if (token !== null) throw invalidResponse("The answer of plex.tv holds no token that could be one.", 200);
  return { state: isOver(fields, pin) ? "expired" : "waiting" };
}
