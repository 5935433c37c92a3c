import type { Page, Response } from "playwright-core";

/** What went between a page and Node-RED: a request and its answer, or a message over a WebSocket. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** What was sent. */
  readonly sent: string;
  /** What came back, with its headers. */
  received: string;
}

/** Whether an answer is one that may hold data: the editor's own scripts, styles and pictures are left out. */
function isData(response: Response): boolean {
  return ["xhr", "fetch", "document"].includes(response.request().resourceType());
}

/** Records what a page and Node-RED say to each other from now on. The list grows. */
export function recordTraffic(page: Page): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  page.on("response", (response) => {
    if (!isData(response)) return;
    const request = response.request();
    const exchange = { method: request.method(), url: request.url(), sent: request.postData() ?? "", received: "" };
    exchanges.push(exchange);
    response
      .text()
      .then((text) => (exchange.received = `${JSON.stringify(response.headers())}\n${text}`))
      // The page may be closed before all of it has come, and a redirect has no text.
      .catch(() => undefined);
  });
  page.on("websocket", (socket) => {
    const record = (sent: string, received: string) => {
      exchanges.push({ method: "WebSocket", url: socket.url(), sent, received });
    };
    socket.on("framesent", ({ payload }) => {
      record(String(payload), "");
    });
    socket.on("framereceived", ({ payload }) => {
      record("", String(payload));
    });
  });
  return exchanges;
}
