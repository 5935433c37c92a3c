import { invalidInput, notConfigured } from "../errors";
import type { Headers, Method } from "../http";
import { readWholeNumber } from "../settings";
import { queryNames, withCommandId, withQuery } from "./address";
import { type AnswerType, answerTypes } from "./answer";
import { readPath } from "./path";
import { readPlayer } from "./player";
import { readQuery } from "./query";

const methods = ["GET", "POST", "PUT", "DELETE"] as const;

/** What to ask of a server. Values may come straight from a message: they are checked before anything is sent. */
export interface EndpointOptions {
  /** `GET` (unless given), `POST`, `PUT` or `DELETE`. */
  readonly method?: unknown;
  /** Begins with one slash, is relative to the server URL, and may have a query. */
  readonly path: unknown;
  /** Names and values to add to the path's own query: text, numbers, booleans (1 and 0), lists of these. */
  readonly query?: unknown;
  /** The machine identifier of a player that shall get the request through the server; undefined for none. */
  readonly player?: unknown;
  /**
   * Whether a list is asked for page by page, until all of it or `limit` items are there; counts for GET and `json`, and
   * not for a player.
   */
  readonly all?: boolean | undefined;
  /** The most items that `all` brings; 1000 unless given. */
  readonly limit?: unknown;
  /** What is made of the answer: `json` (unless given), `text` or `buffer`. */
  readonly answer?: unknown;
}

/** The same, checked. */
export interface Endpoint {
  readonly method: Method;
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Headers;
  readonly answer: AnswerType;
  readonly isForPlayer: boolean;
  /** The most items of a list that is asked for page by page; undefined for one request. */
  readonly limit: number | undefined;
}

function readChoice<T extends string>(value: unknown, label: string, choices: readonly [T, ...T[]]): T {
  if (value === undefined || value === null || value === "") return choices[0];
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw notConfigured(`The ${label} is none of ${choices.join(", ")}.`, "Open this node and choose one of them.");
}

function checkPaging(path: string): void {
  if (!queryNames(path).some((name) => /^x-plex-container-(?:start|size)$/i.test(name))) return;
  throw invalidInput(
    "The query asks for one page, and all for every page.",
    "Leave out X-Plex-Container-Start and X-Plex-Container-Size, or turn off all.",
  );
}

/**
 * Checks what is to be asked.
 * @throws PlexError `invalid-input` for a path, query or player that is refused, `not-configured` for a setting that is
 */
export function readEndpoint(options: EndpointOptions): Endpoint {
  const method = readChoice(options.method, "method", methods);
  const answer = readChoice(options.answer, "answer", answerTypes);
  const limit = readWholeNumber(options.limit, { label: "limit", fallback: 1000, min: 1 });
  const isForPlayer = options.player !== undefined;
  // What a player answers to a command looks like a list of one, and the page after it would be that command once more.
  const isPaged = options.all === true && method === "GET" && answer === "json" && !isForPlayer;
  const path = withQuery(readPath(options.path), readQuery(options.query));
  if (isPaged) checkPaging(path);
  return {
    method,
    path: isForPlayer ? withCommandId(path) : path,
    headers: {
      ...(answer !== "json" && { accept: "*/*" }),
      ...(isForPlayer && { "x-plex-target-client-identifier": readPlayer(options.player) }),
    },
    answer,
    isForPlayer,
    limit: isPaged ? limit : undefined,
  };
}
