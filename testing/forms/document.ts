/** A request of a form, waiting for its answer. */
export interface FormRequest {
  readonly url: string;
  readonly body: Record<string, unknown>;
  readonly contentType: string;
  readonly type: string;
  isAborted: boolean;
  reply(answer: object): void;
  fail(status: number, responseJSON?: object): void;
}

/** A link that a form has put into a tab. */
export interface TabLink {
  href: string;
  rel: string;
  click(): void;
}

/** A tab that a form has opened. */
export interface Tab {
  closed: boolean;
  /** An empty page, in which the form clicks a link of its own making. */
  document: { createElement(): TabLink; body: { append(): void } };
  close(): void;
  /** What was opened in it. */
  readonly visited: readonly string[];
}

interface AjaxOptions {
  url: string;
  type: string;
  contentType: string;
  data: string;
  success?: (answer: object) => void;
  error?: (request: { status: number; responseJSON?: object }) => void;
}

/** What the forms use of a browser, besides their fields: requests, tabs and timers, all under the test's control. */
export class FakeBrowser {
  readonly requests: FormRequest[] = [];
  readonly tabs: Tab[] = [];
  /** Whether tabs may be opened. */
  allowsTabs = true;
  readonly #timers = new Map<number, () => void>();
  #nextTimer = 1;

  readonly ajax = ({ url, type, contentType, data, success, error }: AjaxOptions): { abort(): void } => {
    const request: FormRequest = {
      url,
      type,
      contentType,
      body: JSON.parse(data) as Record<string, unknown>,
      isAborted: false,
      reply: (answer) => success?.(answer),
      fail: (status, responseJSON) => error?.({ status, ...(responseJSON && { responseJSON }) }),
    };
    this.requests.push(request);
    return {
      abort: () => {
        request.isAborted = true;
        error?.({ status: 0 });
      },
    };
  };

  readonly open = (url: string): Tab | null => {
    if (!this.allowsTabs) return null;
    const visited = [url];
    const createElement = (): TabLink => {
      const link: TabLink = { href: "", rel: "", click: () => visited.push(`${link.href} (${link.rel})`) };
      return link;
    };
    const tab: Tab = {
      closed: false,
      visited,
      document: { createElement, body: { append: () => undefined } },
      close: () => (tab.closed = true),
    };
    this.tabs.push(tab);
    return tab;
  };

  readonly setInterval = (callback: () => void): number => {
    this.#timers.set(this.#nextTimer, callback);
    return this.#nextTimer++;
  };

  readonly clearInterval = (timer: number): void => {
    this.#timers.delete(timer);
  };

  /** How many intervals run. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Lets a second pass. */
  tick(): void {
    for (const callback of [...this.#timers.values()]) callback();
  }

  /** The newest request to a route. */
  last(route: string): FormRequest {
    const request = this.requests.filter(({ url }) => url === `plex-config/${route}`).at(-1);
    if (!request) throw new Error(`Nothing was asked of ${route}.`);
    return request;
  }
}
