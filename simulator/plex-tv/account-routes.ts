import { sendValue } from "../http/replies";
import { plexValue } from "../http/request";
import type { Exchange } from "../types";
import { sendPlexTvError, sendRevoked } from "./errors";
import { describeResource, type AccountResource } from "./resources";

/** The tokens that plex.tv knows. */
export interface AccountTokens {
  readonly valid: ReadonlySet<string>;
  readonly revoked: ReadonlySet<string>;
}

/** Whether the request's token is good; if not, it has been answered. */
export function isSignedIn(exchange: Exchange, tokens: AccountTokens): boolean {
  if (plexValue(exchange.request, "X-Plex-Client-Identifier") === undefined) {
    sendPlexTvError(exchange, 1000);
    return false;
  }
  const token = plexValue(exchange.request, "X-Plex-Token");
  if (token !== undefined && tokens.revoked.has(token)) sendRevoked(exchange);
  else if (token !== undefined && tokens.valid.has(token)) return true;
  else sendPlexTvError(exchange, 1001);
  return false;
}

/** GET /api/v2/user: the account. */
export function showUser(exchange: Exchange): void {
  const user = {
    id: 4711,
    uuid: "a1b2c3d4e5f60718",
    username: "viewer",
    title: "viewer",
    email: "viewer@example.org",
    friendlyName: "Viewer",
    locale: null,
    confirmed: true,
    emailOnlyAuth: false,
    hasPassword: true,
    protected: false,
    thumb: "https://plex.tv/users/a1b2c3d4e5f60718/avatar?c=1767225600",
    authToken: plexValue(exchange.request, "X-Plex-Token") ?? null,
    country: "XX",
    restricted: false,
    home: false,
    guest: false,
    subscription: { active: true, subscribedAt: "2024-05-01 10:00:00 UTC", status: "Active", plan: "lifetime" },
  };
  sendValue(exchange, 200, user, "user", user);
}

/** GET /api/v2/resources: the account's servers and players. */
export function showResources(exchange: Exchange, resources: readonly AccountResource[]): void {
  const described = resources.map((resource) => describeResource(resource, exchange.request.query));
  const resource = described.map((one) => ({ ...one, connections: { connection: one.connections } }));
  sendValue(exchange, 200, described, "resources", { resource });
}
