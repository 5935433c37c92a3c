import type { Node, NodeDef, NodeMessageInFlow } from "node-red";
import type { PlexClient } from "../../src/plex-client";

/** What the editor stores of a plex-config node. Numbers may arrive as text, and anything as `${ENV_VAR}`. */
export interface PlexConfigDef extends NodeDef {
  url?: string;
  clientIdentifier?: string;
  /** Id of a tls-config node. */
  tls?: string;
  /** Id of an `http proxy` node. */
  proxy?: string;
  timeout?: number | string;
  retries?: number | string;
}

/** A plex-config node as the flow nodes see it. */
export interface PlexConfigNode extends Node {
  /** The client for this server. @throws PlexError `not-configured` when a setting is missing or refused */
  getClient(): PlexClient;
  /** The server URL, normalised. @throws PlexError `not-configured` when it is missing or refused */
  getUrl(): string;
}

/** What the editor stores of any flow node of this package. */
export interface ServerNodeDef extends NodeDef {
  /** Id of a plex-config node. */
  server?: string;
}

/** What it stores of one that takes messages. */
export interface FlowNodeDef extends ServerNodeDef {
  /** The property of the message that takes the result. */
  property?: string;
}

/** What the editor stores of a plex-transient-token node. */
export interface PlexTransientTokenDef extends FlowNodeDef {
  /** Minutes for which a token may be given out again. */
  reuse?: number | string;
}

/** What the editor stores of a plex-source-connection node. */
export interface PlexSourceConnectionDef extends FlowNodeDef {
  source?: string;
  sourceType?: string;
  refresh?: boolean;
  /** Whether the connections are tried and the best is chosen. */
  probe?: boolean;
}

/** What the editor stores of a plex-request node. */
export interface PlexRequestDef extends FlowNodeDef {
  method?: string;
  path?: string;
  pathType?: string;
  /** Text of JSON where `queryType` is `json`, and in flows written by hand perhaps the object itself. */
  query?: string | object;
  queryType?: string;
  /** A property of the message that holds a result of plex-source-connection; "" for none. */
  via?: string;
  player?: string;
  playerType?: string;
  /** Whether a list is asked for page by page. */
  all?: boolean;
  limit?: number | string;
  answer?: string;
}

/** What the editor stores of a plex-events node. */
export interface PlexEventsDef extends ServerNodeDef {
  listen?: string;
  /** Identifier or name; nothing for all. */
  player?: string;
  /** Id or name; nothing for all. */
  user?: string;
  media?: readonly string[];
  /** Seconds for which a stop is held back. */
  settle?: number | string;
  progress?: boolean;
}

/** A message as it arrives: nothing in it can be relied on. */
export interface InputMessage extends NodeMessageInFlow {
  refresh?: unknown;
  error?: unknown;
  [property: string]: unknown;
}

/** A flow node with the wires of its outputs, which the types of Node-RED leave out. */
export interface WiredNode extends Node {
  wires?: readonly (readonly string[])[];
}
