import type { NodeAPI } from "node-red";
import { type Fields, readString } from "../../../../src/answers";
import { notConfigured } from "../../../../src/errors";
import { readServerUrl } from "../../../../src/settings";
import type { PlexConfigNode } from "../../types";
import { DetailedError, inSubflow, notDeployed } from "../http";
import { findConfigNode, resolveField } from "./form";
import { isInSubflow } from "./not-running";
import { resolveReference } from "./references";

/** What the editor shows, and sends, in place of a password that it does not get to know. */
const placeholder = "__PWRD__";

/** A token to ask with. */
export interface FormToken {
  /** As it was typed or stored, not yet checked; "" for none. */
  readonly value: string;
  /** Whether the one who asks need not know it: then it must not come back in an answer. */
  readonly secret: boolean;
}

/** Node-RED keeps credentials as they were entered, so a reference in them is still one. */
function readStored(RED: NodeAPI, node: PlexConfigNode): string {
  const credentials = RED.nodes.getCredentials(node.id) as { token?: unknown } | undefined;
  return resolveReference(RED, node, typeof credentials?.token === "string" ? credentials.token : "", "token").trim();
}

function deployedUrl(node: PlexConfigNode): string | undefined {
  try {
    return node.getUrl();
  } catch {
    return undefined;
  }
}

/** A stored token goes to the deployed URL alone: whoever may ask here could else read it off a server of their own. */
function mayGoTo(node: PlexConfigNode, url: string): void {
  if (deployedUrl(node) === readServerUrl(url)) return;
  throw new DetailedError(
    notConfigured(
      "The stored token is only sent to the server URL that is deployed.",
      "Enter the token again to try it with another server URL.",
    ),
    "token-elsewhere",
  );
}

/**
 * The token of the form: the typed one, else the one that is stored for the node.
 * @param url where it shall go; undefined for plex.tv, to which a stored one may go as well
 * @throws DetailedError when the stored one must not go there, or belongs to a node that does not run
 * @throws PlexError `not-configured` when the URL is refused
 */
export function readFormToken(RED: NodeAPI, form: Fields, url: string | undefined): FormToken {
  const node = findConfigNode(RED, form);
  // With the space around it: Node-RED replaces no reference that has some.
  const typed = readString(form, "token") ?? "";
  if (typed.trim() !== "" && typed !== placeholder) {
    const value = resolveField(RED, form, typed, "token");
    return { value, secret: value !== typed };
  }
  if (!node) {
    if (isInSubflow(RED, readString(form, "id") ?? "")) throw inSubflow("plex-config node");
    if (typed === placeholder) throw notDeployed("plex-config node");
    return { value: "", secret: true };
  }
  const value = readStored(RED, node);
  if (value !== "" && url !== undefined) mayGoTo(node, url);
  return { value, secret: true };
}
