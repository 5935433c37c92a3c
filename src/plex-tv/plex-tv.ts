import type { Fields } from "../answers";
import { notConfigured, PlexError } from "../errors";
import {
  type ApiRequest,
  authoritiesOnly,
  type Headers,
  HttpClient,
  identityHeaders,
  type ProxyEnvironment,
  proxyFromEnvironment,
  type TlsOptions,
} from "../http";
import { readClientIdentifier, readTimeout, trimSlashes } from "../settings";
import { isOddIp, parseUrl } from "../url";
import { type AccountProvider, type AccountServer, readProviders, readResources, readServers } from "./account";
import { type Pin, type PinState, readPin, readPinState } from "./pin";

/** Where plex.tv is, as Plex documents it. */
const officialUrl = "https://plex.tv";
/** Where Plex's own sign-in page is (developer.plex.tv, "Authenticating"). */
const officialPages = "https://app.plex.tv";

const resourcesPath = "/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1";

/** How to reach plex.tv. */
export interface PlexTvOptions {
  /** Another address for all of it; "" or undefined for Plex's own. */
  readonly url?: unknown;
  readonly clientIdentifier: unknown;
  /** ms for one request; 10000 unless told. */
  readonly timeout?: unknown;
  /** Of these, only the authorities are used. */
  readonly tls?: TlsOptions | undefined;
  readonly proxy?: ProxyEnvironment | undefined;
}

/** Finer kinds of failure whose words are about a Plex Media Server. */
const aboutServers = new Set(["login-in-front", "proxy-service", "weak-certificate"]);

interface Call {
  readonly signal?: AbortSignal | undefined;
}

function readUrl(value: unknown): string {
  const text = typeof value === "string" ? trimSlashes(value.trim()) : "";
  if (text === "" || text === officialUrl) return officialUrl;
  if (/^https?:\/\//i.test(text) && parseUrl(text) && !isOddIp(text)) return text;
  throw notConfigured(
    "The address that is set for plex.tv is not an http or https URL.",
    "Correct plexConfigTvUrl in the settings file of Node-RED, or remove it.",
  );
}

/** Asks plex.tv for a sign-in, and for what an account has. Tokens go in a header, and redirects are not followed. */
export class PlexTv {
  readonly #url: string;
  readonly #headers: Headers;
  readonly #options: PlexTvOptions;
  readonly #timeout: number;
  readonly #clients = new Set<HttpClient>();

  /** @throws PlexError `not-configured` when a setting is missing or refused */
  constructor(options: PlexTvOptions) {
    this.#options = options;
    this.#url = readUrl(options.url);
    this.#timeout = readTimeout(options.timeout);
    this.#headers = identityHeaders({ clientIdentifier: readClientIdentifier(options.clientIdentifier) });
  }

  /** Where a user enters the code of a pin that is not strong. */
  get linkUrl(): string {
    return `${this.#url}/link`;
  }

  /** The sign-in page for a strong pin (developer.plex.tv: `app.plex.tv/auth#?clientID=…&code=…&context[device]…`). */
  signInUrl({ code }: Pin): string {
    const context = ["product", "version", "platform", "device", "device-name"].map((name) => {
      const key = name === "device-name" ? "deviceName" : name;
      return [`context[device][${key}]`, this.#headers[`x-plex-${name}`] ?? ""];
    });
    const fields = [["clientID", this.#headers["x-plex-client-identifier"] ?? ""], ["code", code], ...context];
    const query = fields.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
    return `${this.#url === officialUrl ? officialPages : this.#url}/auth#?${query}`;
  }

  /**
   * A pin that a user has to allow: strong for the sign-in page, else of four characters for `plex.tv/link`
   * (`POST /api/v2/pins`, 201).
   * @throws PlexError
   */
  async createPin({ strong, signal }: Call & { strong: boolean }): Promise<Pin> {
    const path = `/api/v2/pins${strong ? "?strong=true" : ""}`;
    return this.#request("", { path, methods: ["POST"], read: readPin, signal });
  }

  /**
   * Whether the user has allowed it by now (`GET /api/v2/pins/{id}`). Plex answers for one that is over with 404 and
   * code 1020, and is reported to answer with 200 and no token as well.
   * @throws PlexError when plex.tv does not say
   */
  async checkPin(pin: Pin, { signal }: Call = {}): Promise<PinState> {
    const read = (document: unknown) => readPinState(document, pin);
    try {
      return await this.#request("", { path: `/api/v2/pins/${pin.id}`, methods: ["GET"], read, signal });
    } catch (error) {
      const { code } = error as PlexError;
      if (code === "not-found" || code === "unauthorized" || code === "forbidden") return { state: "gone" };
      throw error;
    }
  }

  /** The servers of the account (`GET /api/v2/resources`). @throws PlexError */
  async getResources(token: string, { signal }: Call = {}): Promise<AccountServer[]> {
    return this.#request(token, { path: resourcesPath, methods: ["GET"], read: readServers, signal });
  }

  /** All that the account has, players too, in the fields that plex.tv gives (`GET /api/v2/resources`). @throws PlexError */
  async getDevices(token: string, { signal }: Call = {}): Promise<Fields[]> {
    return this.#request(token, { path: resourcesPath, methods: ["GET"], read: readResources, signal });
  }

  /** The cloud sources of the account (`GET /media/providers`). @throws PlexError */
  async getProviders(token: string, { signal }: Call = {}): Promise<AccountProvider[]> {
    return this.#request(token, { path: "/media/providers", methods: ["GET"], read: readProviders, signal });
  }

  /** Ends every request in flight with `cancelled`. */
  close(): void {
    for (const client of this.#clients) client.close();
  }

  async #request<T>(token: string, request: ApiRequest<T>): Promise<T> {
    const { tls, proxy } = this.#options;
    const client = new HttpClient({
      url: this.#url,
      token,
      headers: this.#headers,
      timeout: this.#timeout,
      retries: 0,
      tls: authoritiesOnly(tls),
      proxy: proxyFromEnvironment(new URL(this.#url), proxy),
    });
    this.#clients.add(client);
    try {
      return (await client.request(request)).value;
    } catch (error) {
      throw error instanceof PlexError && aboutServers.has(error.detail ?? "") ? error.withoutDetail() : error;
    } finally {
      this.#clients.delete(client);
      client.close();
    }
  }
}
