import type { Clock } from "../clock";
import type { Journal } from "../http/journal";
import { Listener } from "../http/listener";
import { send, sendError } from "../http/replies";
import type { Exchange, TlsKeyPair } from "../types";
import { isSignedIn, showResources, showUser } from "./account-routes";
import { AUTH_PAGE } from "./page";
import { createPin, showPin } from "./pin-routes";
import { Pins } from "./pins";
import type { AccountResource } from "./resources";

/** What plex.tv is started with. */
export interface PlexTvParts {
  readonly host: string;
  readonly tls: TlsKeyPair | undefined;
  readonly journal: Journal;
  readonly clock: Clock;
  /** The account's token, given to those whose PIN is allowed. */
  readonly token: string;
  /** The account's servers and players, asked for at each request. */
  readonly resources: () => readonly AccountResource[];
}

/** The parts of plex.tv that sign-in and server lists need, on a port of their own. */
export class PlexTv {
  readonly listener: Listener;
  readonly #parts: PlexTvParts;
  readonly #pins: Pins;
  readonly #valid = new Set<string>();
  readonly #revoked = new Set<string>();
  /** What GET /api/v2/pins/:id says past `expiresAt`: both have been reported. */
  expiredPins: "not-found" | "null-token" = "not-found";

  constructor(parts: PlexTvParts) {
    this.#parts = parts;
    this.#pins = new Pins(parts.clock);
    this.#valid.add(parts.token);
    const { host, tls, journal } = parts;
    this.listener = new Listener({ name: "plexTv", port: 0, host, tls }, journal, (exchange) => this.#answer(exchange));
  }

  /** The base URL, without a slash at its end; also the base of `/auth`. */
  get url(): string {
    return this.listener.url;
  }

  /** Does what the user does with the button: the PIN gets the account's token. False when no such PIN waits. */
  authorise(code: string): boolean {
    const pin = this.#pins.byCode(code);
    if (pin) pin.authToken = this.#parts.token;
    return pin !== undefined;
  }

  /** The user refuses: the PIN is gone. False when no such PIN waits. */
  deny(code: string): boolean {
    const pin = this.#pins.byCode(code);
    if (pin) this.#pins.remove(pin);
    return pin !== undefined;
  }

  /** Makes a token one that was good once (422). */
  revoke(token: string): void {
    this.#revoked.add(token);
  }

  #answer(exchange: Exchange): void | Promise<void> {
    const { method, path } = exchange.request;
    const route = `${method} ${path}`;
    const tokens = { valid: this.#valid, revoked: this.#revoked };
    if (route === "POST /api/v2/pins") return createPin(exchange, this.#pins, this.url);
    if (/^GET \/api\/v2\/pins\/[^/]+$/.test(route)) {
      showPin(exchange, this.#pins, this.url, this.expiredPins === "null-token");
    } else if (route === "GET /api/v2/user") {
      if (isSignedIn(exchange, tokens)) showUser(exchange);
    } else if (route === "GET /api/v2/resources") {
      if (isSignedIn(exchange, tokens)) showResources(exchange, this.#parts.resources());
    } else if (path === "/auth" || path.startsWith("/auth/")) {
      this.#answerPage(exchange);
    } else {
      sendError(exchange, 404);
    }
    return undefined;
  }

  #answerPage(exchange: Exchange): void {
    const { method, path, query } = exchange.request;
    const code = query.get("code") ?? "";
    if (method === "GET" && /^\/auth\/?$/.test(path)) send(exchange, 200, "text/html; charset=utf-8", AUTH_PAGE);
    else if (method === "POST" && path === "/auth/allow") sendError(exchange, this.authorise(code) ? 200 : 404);
    else if (method === "POST" && path === "/auth/deny") sendError(exchange, this.deny(code) ? 200 : 404);
    else sendError(exchange, 404);
  }
}
