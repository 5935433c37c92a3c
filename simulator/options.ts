import { randomBytes } from "node:crypto";
import type { SecureVersion } from "node:tls";
import type { TlsKeyPair } from "./types";

/** How `startSimulator` starts; every one has a default. */
export interface SimulatorOptions {
  /** 0 (default): any free port. */
  readonly port?: number;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** HTTPS for all listeners; HTTP unless given. */
  readonly tls?: TlsKeyPair;
  /** The newest version of TLS that HTTPS is spoken in, as by an old server; what Node.js speaks unless given. */
  readonly tlsVersion?: SecureVersion;
  /** The owner's account token; a random one unless given. */
  readonly token?: string;
  readonly machineIdentifier?: string;
  /** That of the shared server; random unless given. */
  readonly sharedMachineIdentifier?: string;
  /** The server's friendly name. */
  readonly name?: string;
  /** A path such as "/plex" that the own server lives under, as behind a reverse proxy. */
  readonly basePath?: string;
  /** The verbs that /security/token takes (`["GET"]` for an old server); any verb unless given. */
  readonly methods?: readonly string[];
  /** What another verb gets: 404 (default), 405 or 501. */
  readonly methodRefusal?: 404 | 405 | 501;
  /** Starts plex.tv too, on a port of its own. */
  readonly plexTv?: boolean;
}

function trimSlashes(path: string): string {
  return path.endsWith("/") ? trimSlashes(path.slice(0, -1)) : path;
}

/** The options with defaults filled in. */
export type Settings = ReturnType<typeof settingsOf>;

/** Fills the defaults in. */
export function settingsOf(options: SimulatorOptions) {
  return {
    port: options.port ?? 0,
    host: options.host ?? "127.0.0.1",
    tls: options.tls,
    tlsVersion: options.tlsVersion,
    token: options.token ?? randomBytes(15).toString("base64url"),
    machineIdentifier: options.machineIdentifier ?? randomBytes(20).toString("hex"),
    sharedMachineIdentifier: options.sharedMachineIdentifier ?? randomBytes(20).toString("hex"),
    name: options.name ?? "Living Room",
    basePath: trimSlashes(options.basePath ?? ""),
    tokenMethods: options.methods,
    methodRefusal: options.methodRefusal,
    plexTv: options.plexTv ?? false,
  };
}
