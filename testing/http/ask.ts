import { request as httpRequest, type Agent, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly bytes: Buffer;
  /** Whether the body came whole. */
  readonly complete: boolean;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly agent?: Agent;
  readonly ca?: string;
  readonly body?: string;
}

/** One request with nothing added and nothing followed; rejects with the socket's error. */
export function ask(url: string, options: AskOptions = {}): Promise<Answer> {
  const { body: sent, ...rest } = options;
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const req = request(url, { agent: false, ...rest }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("error", reject);
      res.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const { statusCode: status = 0, headers, complete } = res;
        resolve({ status, headers, bytes, body: bytes.toString("utf8"), complete });
      });
    });
    req.on("error", reject);
    req.end(sent);
  });
}

/** The MediaContainer of a JSON answer. */
export function container(answer: Answer): Record<string, unknown> {
  return (JSON.parse(answer.body) as { MediaContainer: Record<string, unknown> }).MediaContainer;
}
