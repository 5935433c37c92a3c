import helper from "node-red-node-test-helper";
import type { Player } from "../../src/players";
import plexConfig from "../../nodes/plex-config";

helper.init(require.resolve("node-red"));

/** What an admin route answered. */
export interface AdminAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: AdminReply;
}

/** The fields of all replies, as far as tests look at them. */
export interface AdminReply {
  readonly error?: {
    code: string;
    message: string;
    hint: string;
    detail?: string;
    target?: string;
    setting?: string;
    variable?: string;
  };
  readonly suggestion?: string;
  readonly session?: string;
  readonly url?: string;
  readonly code?: string;
  readonly linkUrl?: string;
  readonly state?: string;
  readonly problem?: string;
  readonly expiresIn?: number;
  readonly mints?: boolean;
  readonly latency?: number;
  readonly server?: AdminServer;
  readonly servers?: AdminServer[];
  readonly players?: Player[];
  readonly sources?: { source: string; name: string; owner: string | null }[];
}

export interface AdminServer {
  readonly machineIdentifier: string;
  readonly name: string;
  readonly version?: string;
  readonly claimed?: boolean;
  readonly owner?: string | null;
  readonly owned?: boolean | null;
  readonly online?: boolean;
  readonly token?: string | null;
  /** Whether there is a token that the caller does not get to know. */
  readonly withheld?: boolean;
  readonly connections?: { uri: string; reachable: boolean | null; error?: string }[];
  readonly connection?: { uri: string } | null;
}

/** What the runtime of a test has. */
export interface AdminSetup {
  readonly settings?: Record<string, unknown>;
  readonly flow?: readonly Record<string, unknown>[];
  readonly credentials?: Record<string, Record<string, string>>;
  readonly modules?: readonly unknown[];
}

/** Starts a runtime with plex-config, and a flow in it. Call {@link unloadAdmin} after each. */
export async function loadAdmin({
  settings = {},
  flow = [],
  credentials = {},
  modules = [],
}: AdminSetup): Promise<void> {
  helper.settings(settings);
  await helper.load([plexConfig, ...modules] as never, flow as never, credentials);
}

/** Stops it. */
export async function unloadAdmin(): Promise<void> {
  await helper.unload();
}

/** Asks an admin route, as the editor does unless other headers are given. */
export async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<AdminAnswer> {
  const request = helper.request().post(`/plex-config/${path}`);
  const answer = await request.set({ "Content-Type": "application/json", ...headers }).send(body as object);
  return answer;
}

/** The reply of an admin route that lets the request in. */
export async function ask(path: string, body: unknown, headers?: Record<string, string>): Promise<AdminReply> {
  const answer = await post(path, body, headers);
  if (answer.status !== 200) throw new Error(`${path} answered with ${answer.status}`);
  return answer.body;
}
