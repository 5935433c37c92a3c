import type { Node, NodeAPI } from "node-red";
import { asPlexError } from "../src/own-fault";
import { PlexClient } from "../src/plex-client";
import { readServerUrl } from "../src/settings";
import { registerAdminRoutes } from "./lib/admin";
import { readProxy, readTls, warmUpWhenIdle } from "./lib/config";
import type { PlexConfigDef } from "./lib/types";

interface Credentials {
  token?: unknown;
}

/** A client, or what says why there is none: a constructor that threw would only leave a line in the log. */
function openClient(RED: NodeAPI, def: PlexConfigDef, token: unknown): PlexClient | (() => never) {
  try {
    const { url, clientIdentifier, timeout, retries } = def;
    const connection = { tls: readTls(RED, def.tls), proxy: readProxy(RED, def.proxy) };
    return new PlexClient({ url, token, clientIdentifier, timeout, retries, ...connection });
  } catch (error) {
    return () => {
      throw asPlexError(error).withAttempts(0);
    };
  }
}

export = function plexConfig(RED: NodeAPI): void {
  function PlexConfig(this: Node<Credentials>, def: PlexConfigDef): void {
    RED.nodes.createNode(this, def);
    const { token } = this.credentials;
    // A node can be logged and serialised whole, so the token moves into the client's private fields.
    Reflect.deleteProperty(this, "credentials");
    const client = openClient(RED, def, token);
    Object.assign(this, {
      getClient: () => (client instanceof PlexClient ? client : client()),
      getUrl: () => readServerUrl(def.url),
    });
    const endWarmUp = warmUpWhenIdle(RED);
    this.on("close", (_removed: boolean, closed: () => void) => {
      endWarmUp();
      if (client instanceof PlexClient) client.close();
      closed();
    });
  }
  RED.nodes.registerType("plex-config", PlexConfig, {
    credentials: { token: { type: "password" } },
    settings: {
      // Where plex.tv is, and where to search for servers; for tests and for installations without internet.
      plexConfigTvUrl: { value: "", exportable: false },
      plexConfigGdmTargets: { value: null, exportable: false },
    },
  });
  registerAdminRoutes(RED);
};
