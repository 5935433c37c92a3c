import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Where a client is, and what it asks. */
export interface ClientPlace {
  /** The folder into which it was installed. */
  readonly folder: string;
  readonly url: string;
  readonly token: string;
}

/** Asks for one token. */
export type Ask = () => Promise<unknown>;

/** Loads a client; what it returns makes one that asks. */
export type ClientLoader = (place: ClientPlace) => Promise<() => Ask>;

interface PlexAccess {
  readonly PlexClient: new (options: object) => { getTransientToken: () => Promise<{ token: string }> };
}

interface Answer {
  readonly MediaContainer: { readonly token: string };
}

interface Got {
  readonly got: { post: (url: string, options: object) => { json: () => Promise<Answer> } };
}

interface CtrlPlex {
  readonly PlexServer: new (url: string, token: string) => { query: (path: string, method: string) => Promise<Answer> };
}

interface PlexJs {
  readonly PlexAPI: new (options: object) => {
    readonly general: { getTransientToken: (request: object) => Promise<{ object?: { mediaContainer?: Token } }> };
  };
}

interface Token {
  readonly token: string;
}

const clientIdentifier = "00000000-0000-4000-8000-000000000000";
const path = "/security/token?type=delegation&scope=all";

/** As many as ours sends, for they cost something. */
const headers = (token: string) => ({
  accept: "application/json",
  "user-agent": "bench",
  "x-plex-token": token,
  "x-plex-client-identifier": clientIdentifier,
  "x-plex-product": "bench",
  "x-plex-version": "0.0.0",
  "x-plex-platform": "bench",
  "x-plex-device": "bench",
  "x-plex-device-name": "bench",
});

async function load<T>(folder: string, file: string): Promise<T> {
  return (await import(pathToFileURL(join(folder, "node_modules", file)).href)) as T;
}

/** All of them, each used as plainly as it can be. */
export const clients: Readonly<Record<string, ClientLoader>> = {
  ours: async ({ folder, url, token }) => {
    const { PlexClient } = await load<PlexAccess>(folder, "node-red-contrib-plex-access/dist/src/index.js");
    return () => {
      const client = new PlexClient({ url, token, clientIdentifier });
      return async () => (await client.getTransientToken()).token;
    };
  },
  got: async ({ folder, url, token }) => {
    const { got } = await load<Got>(folder, "got/dist/source/index.js");
    return () => async () => (await got.post(url + path, { headers: headers(token) }).json()).MediaContainer.token;
  },
  "ctrl-plex": async ({ folder, url, token }) => {
    const { PlexServer } = await load<CtrlPlex>(folder, "@ctrl/plex/dist/src/index.js");
    return () => {
      const server = new PlexServer(url, token);
      return async () => (await server.query(path, "post")).MediaContainer.token;
    };
  },
  plexjs: async ({ folder, url, token }) => {
    const { PlexAPI } = await load<PlexJs>(folder, "@lukehagar/plexjs/index.js");
    return () => {
      const api = new PlexAPI({ serverURL: url, token, clientIdentifier });
      const request = { type: "delegation", scope: "all" };
      return async () => (await api.general.getTransientToken(request)).object?.mediaContainer?.token;
    };
  },
};
