import { invalidResponse } from "../errors";
import { isFields, readFlag, readList, readString } from "./fields";

/** Who a server is, as it tells everybody. */
export interface ServerIdentity {
  readonly machineIdentifier: string;
  readonly version: string | null;
  /** Whether it belongs to an account. */
  readonly claimed: boolean;
}

/**
 * The answer of `/identity`, which a Plex Media Server gives without a token, e.g.
 * `{"MediaContainer":{"size":0,"claimed":true,"machineIdentifier":"…","version":"1.43.4.10903-e5521bd8c"}}`.
 * @throws PlexError `invalid-response` when it does not tell who the server is
 */
export function readIdentity(document: unknown): ServerIdentity {
  const container = isFields(document) ? readList(document.MediaContainer)[0] : undefined;
  const machineIdentifier = container ? readString(container, "machineIdentifier") : null;
  if (!container || machineIdentifier === null)
    throw invalidResponse("The answer does not tell who the server is.", 200);
  return { machineIdentifier, version: readString(container, "version"), claimed: readFlag(container, "claimed") };
}
