import type { ApiResponse, HttpClient } from "../http";
import type { ProgressListener } from "../progress";
import { bodyLimit, readAnswer } from "./answer";
import type { Endpoint } from "./endpoint";
import { playerHints, serverHints, sourceHints } from "./hints";
import { ListPages } from "./list-pages";

/** How a request can be stopped, and who is told how it goes. */
export interface SendOptions extends ProgressListener {
  readonly signal?: AbortSignal | undefined;
  /** Whether the client is that of a source, and not of the own server. */
  readonly isSource: boolean;
}

/** What an endpoint answered. */
export interface EndpointResponse {
  /** What was made of the answer, or of all pages. */
  readonly value: unknown;
  /** 200 to 299. */
  readonly statusCode: number;
  /** The header `Content-Type`, null where there is none. */
  readonly contentType: string | null;
}

function send(
  http: HttpClient,
  endpoint: Endpoint,
  { signal, onStateChange, isSource }: SendOptions,
  pageHeaders: Readonly<Record<string, string>> = {},
): Promise<ApiResponse<unknown>> {
  const { method, path, headers, answer, isForPlayer } = endpoint;
  return http.request({
    path,
    methods: [method],
    headers: { ...headers, ...pageHeaders },
    bodyLimit,
    // A second skip, scan or mark hurts.
    idempotent: method === "GET" && !isForPlayer,
    hints: isSource ? sourceHints : isForPlayer ? playerHints : serverHints,
    decode: (response) => readAnswer(response, answer, isForPlayer),
    read: (content) => content,
    signal,
    onStateChange,
  });
}

async function sendPages(http: HttpClient, endpoint: Endpoint, limit: number, options: SendOptions) {
  const pages = new ListPages(limit);
  let response: ApiResponse<unknown>;
  do {
    const { start, size } = pages.next;
    const range = { "x-plex-container-start": String(start), "x-plex-container-size": String(size) };
    response = await send(http, endpoint, options, range);
    pages.add(response.value, response.headers["x-plex-container-total-size"]);
    if (!pages.isOver) options.onProgress?.(...pages.progress);
  } while (!pages.isOver);
  return { ...response, value: pages.result() };
}

/** Sends a request, or as many as a list has pages, and reads the answer. @throws PlexError */
export async function sendRequest(
  http: HttpClient,
  endpoint: Endpoint,
  options: SendOptions,
): Promise<EndpointResponse> {
  const { limit } = endpoint;
  const { value, statusCode, headers } =
    limit === undefined ? await send(http, endpoint, options) : await sendPages(http, endpoint, limit, options);
  return { value, statusCode, contentType: headers["content-type"] ?? null };
}
