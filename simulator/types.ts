import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

/** The listeners of the simulator: the user's server, a friend's server, a cloud provider, and plex.tv. */
export type ServerName = "own" | "shared" | "provider" | "plexTv";

/** The devices beside the servers: a Plex player, and a Cast-like receiver. */
export type DeviceName = "player" | "cast";

/** One request as it came in, kept for tests to look at. */
export interface RecordedRequest {
  readonly server: ServerName | DeviceName;
  readonly method: string;
  /** As on the request line, with the base path and the query. */
  readonly url: string;
  /** Without the base path and the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  /** Wall-clock milliseconds; the simulated clock does not move it, so that pauses can be measured. */
  readonly time: number;
  /** The client's port: equal for requests that came over the same connection. */
  readonly remotePort: number;
}

/** A request with what is needed to answer it. */
export interface Exchange {
  readonly request: RecordedRequest;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** Answers a request. */
export type Handler = (exchange: Exchange) => void | Promise<void>;

/** What happens instead of the ordinary answer; `proceed` gives that answer after all. */
export type Fault = (req: IncomingMessage, res: ServerResponse, proceed: () => void) => void;

/** Which requests a fault is for: all of the given conditions must hold, and none means any request. */
export interface FaultFilter {
  readonly server?: ServerName;
  readonly method?: string;
  /** The whole path without base path and query, or a pattern for it. */
  readonly path?: string | RegExp;
  readonly when?: (request: RecordedRequest) => boolean;
  /** How many requests get the fault; 1 unless given, `Infinity` for every one until `clearFaults()`. */
  readonly times?: number;
}

/** Key and certificate (chain) of an HTTPS listener, as PEM text. */
export interface TlsKeyPair {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

/** One way to reach a source, as `/security/resources` tells it. */
export interface SourceConnection {
  readonly protocol: "http" | "https";
  readonly address: string;
  readonly uri: string;
  readonly port: number;
  readonly local: boolean;
  readonly relay?: boolean;
}
