import type { Agent } from "node:http";
import { createAgent, maxConnections, type TlsOptions } from "./agent";
import { withRetries } from "./attempts";
import { readBody } from "./body";
import { cancelled, timedOut, type Route } from "./failures";
import type { Headers } from "./headers";
import { createRequester, loadHttpLibrary, type RawResponse, type Requester, type RequestOptions } from "./request";
import { statusFailure } from "./statuses";
import { Turns, type Release } from "./turns";

/** One server and how it is asked: everything here has been checked. */
export interface SessionOptions {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** "" to ask without one. */
  readonly token: string;
  readonly headers: Headers;
  /** ms for one attempt. */
  readonly timeout: number;
  /** Further attempts after a failed one. */
  readonly retries: number;
  readonly tls?: TlsOptions | undefined;
  /** URL of a proxy, "" for none. */
  readonly proxy: string;
}

/** A method of HTTP that Plex answers. */
export type Method = RequestOptions["method"];

/** What to ask of the server. */
export interface Question<T> {
  /** Path and query, from the base URL on. */
  readonly path: string;
  /** Each is tried in turn while the server does not know the one before: 404, 405 or 501. */
  readonly methods: readonly Method[];
  /** Makes of the answer's JSON or XML what the caller wants. @throws PlexError when it is not that */
  readonly read: (document: unknown) => T;
  readonly signal?: AbortSignal | undefined;
}

/** What the server said. */
export interface Answer<T> {
  readonly value: T;
  /** The method that it knew. */
  readonly method: Method;
}

interface Reply extends RawResponse {
  readonly method: Method;
}

const unknownMethod = new Set([404, 405, 501]);

/** The connections to one server: takes questions, sends each as often as it needs, and ends them all when closed. */
export class Session {
  readonly #options: SessionOptions;
  readonly #route: Route;
  readonly #agent: Agent;
  readonly #request: Requester;
  readonly #turns = new Turns(maxConnections);
  readonly #open = new Set<AbortController>();
  #closed = false;

  /** @throws PlexError `not-configured` when the proxy's address is no URL */
  constructor(options: SessionOptions) {
    const { url, headers, token, proxy } = options;
    const { hostname, protocol } = new URL(url);
    this.#options = options;
    this.#route = { host: hostname, secure: protocol === "https:", proxied: proxy !== "" };
    this.#agent = createAgent(options);
    const withToken = token === "" ? headers : { ...headers, "x-plex-token": token };
    this.#request = createRequester({ agent: this.#agent, headers: withToken, route: this.#route });
  }

  /** Asks, and asks again where another attempt may help. @throws PlexError */
  async ask<T>(question: Question<T>): Promise<Answer<T>> {
    if (this.#closed) throw cancelled();
    const call = new AbortController();
    const cancel = () => {
      call.abort();
    };
    if (question.signal?.aborted) cancel();
    question.signal?.addEventListener("abort", cancel);
    this.#open.add(call);
    try {
      return await this.#askUntilAnswered({ ...question, signal: call.signal });
    } finally {
      this.#open.delete(call);
      question.signal?.removeEventListener("abort", cancel);
    }
  }

  /** Ends every question with `cancelled`, and every connection. */
  close(): void {
    this.#closed = true;
    for (const call of this.#open) call.abort();
    this.#agent.destroy();
  }

  async #askUntilAnswered<T>(question: Question<T>): Promise<Answer<T>> {
    const { retries, timeout } = this.#options;
    const { signal } = question;
    let patience = timeout * (retries + 1);
    const takeTurn = async (): Promise<Release> => {
      const start = performance.now();
      const release = await this.#turns.take({ ms: patience, signal, exhausted: () => timedOut(this.#route) });
      patience -= performance.now() - start;
      return release;
    };
    return withRetries(() => this.#attempt(question), { retries, signal, takeTurn });
  }

  async #attempt<T>(question: Question<T>): Promise<Answer<T>> {
    const { token, timeout } = this.#options;
    await loadHttpLibrary();
    const reply = await this.#tryMethods(question, performance.now() + timeout);
    const { statusCode, headers, method } = reply;
    if (statusCode < 200 || statusCode > 299) {
      throw statusFailure(statusCode, headers, { token, url: this.#options.url + question.path });
    }
    return { value: question.read(await readBody(reply)), method };
  }

  async #tryMethods({ path, methods, signal }: Question<unknown>, deadline: number): Promise<Reply> {
    const url = this.#options.url + path;
    const [first = "GET", ...others] = methods;
    let reply: Reply = { ...(await this.#request({ method: first, url, deadline, signal })), method: first };
    for (const method of others) {
      if (!unknownMethod.has(reply.statusCode)) break;
      reply = { ...(await this.#request({ method, url, deadline, signal })), method };
    }
    return reply;
  }
}
