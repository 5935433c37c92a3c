import { cancelled } from "../errors";
import type { HttpClient } from "../http";
import type { Via } from "./via";

/** Sources whose connections are kept while nobody asks them; the one that was idle for longest gives way. */
const maxIdle = 8;

/** ms after which the connections of an idle source are closed. */
const defaultIdleTimeout = 60_000;

interface Entry {
  readonly client: HttpClient;
  users: number;
  timer?: NodeJS.Timeout;
}

/** The HTTP clients of the sources that are asked, one for each address and token. */
export class SourceClients {
  readonly #open: (via: Via) => HttpClient;
  readonly #idleTimeout: number;
  /** By address and token, the one that came to rest last at the end. */
  readonly #entries = new Map<string, Entry>();
  #closed = false;

  /**
   * @param open makes the client of a source, which is closed by this
   * @param idleTimeout in ms
   */
  constructor(open: (via: Via) => HttpClient, idleTimeout = defaultIdleTimeout) {
    this.#open = open;
    this.#idleTimeout = idleTimeout;
  }

  /** Runs something with the client of a source, which stays open at least until that is over. */
  async use<T>(via: Via, run: (client: HttpClient) => Promise<T>): Promise<T> {
    if (this.#closed) throw cancelled();
    const key = `${via.url} ${via.token}`;
    const entry = this.#entries.get(key) ?? { client: this.#open(via), users: 0 };
    clearTimeout(entry.timer);
    entry.users += 1;
    this.#entries.set(key, entry);
    try {
      return await run(entry.client);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#rest(key, entry);
    }
  }

  /** Ends every request with `cancelled`, and every connection. */
  close(): void {
    this.#closed = true;
    for (const key of this.#entries.keys()) this.#drop(key);
  }

  #rest(key: string, entry: Entry): void {
    if (this.#closed) return;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    // It keeps no process alive.
    entry.timer = setTimeout(() => {
      this.#drop(key);
    }, this.#idleTimeout).unref();
    const idle = [...this.#entries].filter(([, { users }]) => users === 0);
    for (const [oldest] of idle.slice(0, -maxIdle)) this.#drop(oldest);
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    clearTimeout(entry?.timer);
    entry?.client.close();
  }
}
