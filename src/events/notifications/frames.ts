import { isFields, readList, readString, type Fields } from "../../answers";

/** One entry of a notification, as the server sent it. */
export interface Notification {
  /** The notification's type, such as `playing`. */
  readonly type: string;
  readonly entry: Fields;
}

/** The name under which the entries of a type stand. Other types have names of their own, which any reader can find. */
const listNames = new Map([
  ["playing", "PlaySessionStateNotification"],
  ["timeline", "TimelineEntry"],
  ["activity", "ActivityNotification"],
  ["status", "StatusNotification"],
  ["progress", "ProgressNotification"],
  ["backgroundProcessingQueue", "BackgroundProcessingQueueEventNotification"],
  ["reachability", "ReachabilityNotification"],
  ["preference", "Setting"],
  ["account", "AccountUpdateNotification"],
  ["update.statechange", "AutoUpdateNotification"],
  ["transcodeSession.start", "TranscodeSession"],
  ["transcodeSession.update", "TranscodeSession"],
  ["transcodeSession.end", "TranscodeSession"],
]);

/** Pings say that the stream lives and nothing else; lines of the log may hold tokens. */
const untold = new Set(["ping", "log"]);

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** The type of a notification that came without one, by the name under which its entries stand. */
function typeByList(fields: Fields): string | null {
  for (const [type, name] of listNames) if (Object.hasOwn(fields, name)) return type;
  return null;
}

/** The entries under their own name, under that of very old servers, or under any; or else the whole is the entry. */
function readEntries(fields: Fields, type: string): Fields[] {
  for (const name of [listNames.get(type), "_children"]) {
    if (name !== undefined && Object.hasOwn(fields, name)) return readList(fields[name]);
  }
  const lists = listNames.has(type) ? [] : Object.values(fields).flatMap(readList);
  return lists.length > 0 || Object.keys(fields).length === 0 ? lists : [fields];
}

function withoutHead(container: Fields): Fields {
  return Object.fromEntries(Object.entries(container).filter(([name]) => name !== "type" && name !== "size"));
}

/** Whether a listener to these types has use for an event of this name: what nobody wants need not be parsed. */
export function isWanted(event: string | undefined, types: ReadonlySet<string> | null): boolean {
  if (event === undefined || event === "message") return true;
  return !untold.has(event) && (types === null || types.has(event));
}

/**
 * The notifications in one frame of the server. It may be a bare object whose type is the event's name (eventsource:
 * `event: playing`, `data: {"PlaySessionStateNotification": {…}}`), or a NotificationContainer that names its type and
 * holds a list (websocket, or an event without a name). What is neither holds none.
 * @param event name of the event, where it has one
 */
export function readFrame(event: string | undefined, data: string): Notification[] {
  const document = parse(data);
  if (!isFields(document)) return [];
  const container = readList(document.NotificationContainer)[0];
  const fields = container ? withoutHead(container) : document;
  const name = event === "message" ? undefined : event;
  const type = (container && readString(container, "type")) ?? name ?? typeByList(fields);
  if (type === null || untold.has(type)) return [];
  return readEntries(fields, type).map((entry) => ({ type, entry }));
}
