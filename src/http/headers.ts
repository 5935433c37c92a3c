import { hostname, type as operatingSystem } from "node:os";
import { version } from "../../package.json";

const product = "node-red-contrib-plex-access";

/** Header names and values of one request. */
export type Headers = Readonly<Record<string, string>>;

/** Who is asking, as Plex lists it under Settings > Authorized Devices. */
export interface Identity {
  /** One per installation, kept for good: Plex registers each new one as a device and mails the owner. */
  readonly clientIdentifier: string;
  /** What the device is called in Plex's list; the host name unless told. */
  readonly deviceName?: string | undefined;
}

/** Headers carry text of one byte a character at most; Plex shows what is left. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").trim() || "Node-RED";
}

/**
 * The headers that identify a client to Plex (developer.plex.tv, "Headers"), and the Accept header for JSON: without it a
 * server answers with XML.
 */
export function identityHeaders(identity: Identity): Headers {
  return {
    accept: "application/json",
    "user-agent": `${product}/${version}`,
    "x-plex-client-identifier": identity.clientIdentifier,
    "x-plex-product": product,
    "x-plex-version": version,
    "x-plex-platform": operatingSystem(),
    "x-plex-device": "Node-RED",
    "x-plex-device-name": headerText(identity.deviceName ?? hostname()),
  };
}
