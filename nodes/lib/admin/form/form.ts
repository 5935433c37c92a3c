import type { Node, NodeAPI } from "node-red";
import { type Fields, readString } from "../../../../src/answers";
import { type Headers, identityHeaders, type ProxyEnvironment, type TlsOptions } from "../../../../src/http";
import { readClientIdentifier, readTimeout } from "../../../../src/settings";
import { readProxy, readTls } from "../../config";
import type { PlexConfigNode } from "../../types";
import { inSubflow } from "../http";
import { isInSubflow, notRunning } from "./not-running";
import { isSet, readSetting, resolveReference } from "./references";

/** How to reach whatever a form is about. */
export interface ConnectionSettings {
  readonly clientIdentifier: string;
  /** Headers that identify the client, without a token. */
  readonly headers: Headers;
  readonly tls: TlsOptions;
  readonly proxy: ProxyEnvironment;
  /** ms for one request. */
  readonly timeout: number;
}

function findNode(RED: NodeAPI, id: string, type: string): Node | undefined {
  const node = RED.nodes.getNode(id) as Node | null | undefined;
  return node?.type === type ? node : undefined;
}

/** The deployed plex-config node that a form is about, if it runs. */
export function findConfigNode(RED: NodeAPI, form: Fields): PlexConfigNode | undefined {
  return findNode(RED, readString(form, "id") ?? "", "plex-config") as PlexConfigNode | undefined;
}

/**
 * A text of the form, as the node would get it.
 * @param setting the field that it stands in
 * @throws DetailedError `in-subflow` for a variable that only the instances of a subflow may know, else `variable-unset`
 */
export function resolveField(RED: NodeAPI, form: Fields, text: string, setting: string): string {
  const node = findConfigNode(RED, form);
  if (!isSet(RED, node, text) && isInSubflow(RED, readString(form, "id") ?? "")) throw inSubflow("plex-config node");
  return resolveReference(RED, node, text, setting);
}

/** A field of the form, as the node would get it; "" where there is none. @throws DetailedError */
export function readField(RED: NodeAPI, form: Fields, name: string): string {
  return resolveField(RED, form, readString(form, name) ?? "", name);
}

/** How long an answer may take. @throws DetailedError `setting-refused` when it is no number of ms */
export function readFormTimeout(RED: NodeAPI, form: Fields): number {
  const text = readField(RED, form, "timeout");
  return readSetting("timeout", () => readTimeout(text));
}

/** The id of a config node that the form refers to; "" for none, for which the editor's list has values of its own. */
function readReferred(RED: NodeAPI, form: Fields, name: string, type: string): string {
  const id = readString(form, name) ?? "";
  if (id === "" || id === "_ADD_" || id === "NONE") return "";
  if (findNode(RED, id, type)) return id;
  throw notRunning(RED, id, type === "tls-config" ? "tls-config node" : "http proxy node");
}

/**
 * How to reach what the form is about.
 * @throws PlexError or DetailedError when a setting is missing, refused, or refers to a node that does not run
 */
export function readConnectionSettings(RED: NodeAPI, form: Fields): ConnectionSettings {
  const clientIdentifier = readSetting("clientIdentifier", () => {
    return readClientIdentifier(readField(RED, form, "clientIdentifier"));
  });
  return {
    clientIdentifier,
    headers: identityHeaders({ clientIdentifier }),
    tls: readTls(RED, readReferred(RED, form, "tls", "tls-config")),
    proxy: readProxy(RED, readReferred(RED, form, "proxy", "http proxy")),
    timeout: readFormTimeout(RED, form),
  };
}
