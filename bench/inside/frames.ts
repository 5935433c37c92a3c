/** Notifications as a Plex Media Server sends them, on its eventsource stream and on its websocket. */

/** One notification: its type, and what stands in it under which name. */
interface Notification {
  readonly type: string;
  readonly list: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

/**
 * `home`: four players that report in turn, and pause now and then. `evening`: the same, between what else a server sends
 * meanwhile. `pauses`: one player that pauses and goes on. `scan`: that of a library.
 */
export type FrameKind = "home" | "evening" | "pauses" | "scan";

/** The players of the stand-in's home, each with a session whose key is its number. */
export const players = [1, 2, 3, 4] as const;
/** After so many reports, a player of the home pauses or goes on. */
const reportsPerState = 10;

/** The identifier of a player. */
export const playerId = (player: number): string => `bench-player-${player}`;

/** What all processes of a machine agree on, in µs: when something was sent. */
export const microseconds = (): number => Number(process.hrtime.bigint() / 1000n);

function playing(player: number, state: string, viewOffset: number): Notification {
  const item = { guid: "", ratingKey: String(100 + player), url: "", key: `/library/metadata/${100 + player}` };
  const head = { sessionKey: String(player), clientIdentifier: playerId(player) };
  const entry = { ...head, ...item, viewOffset, playQueueItemID: 4000 + player, state };
  return { type: "playing", list: "PlaySessionStateNotification", entry };
}

function home(index: number): Notification {
  const report = Math.floor(index / players.length);
  const state = Math.floor(report / reportsPerState) % 2 === 0 ? "playing" : "paused";
  return playing(1 + (index % players.length), state, report * 1000);
}

/** The position tells when the frame was sent, and goes on into the message. */
const pauses = (index: number): Notification => playing(1, index % 2 === 0 ? "paused" : "playing", microseconds());

const uuid = "40000000-0000-4000-8000-000000000000";

/** In the proportions in which they were seen: mostly activities, now and then the rest. */
function scan(index: number): Notification {
  if (index % 400 === 0) {
    const entry = { title: "Library scan", description: `Scanning ${index}`, notificationName: "LIBRARY_UPDATE" };
    return { type: "status", list: "StatusNotification", entry };
  }
  if (index % 800 === 1) {
    const item = { identifier: "com.plexapp.plugins.library", sectionID: "1", itemID: String(index) };
    return { type: "timeline", list: "TimelineEntry", entry: { ...item, type: 1, title: "A film", state: 5 } };
  }
  const about = { type: "library.update.section", cancellable: true, userID: 1, title: "Scanning Films" };
  const Context = { librarySectionID: "1" };
  const Activity = { uuid, ...about, subtitle: `Film ${index}`, progress: index % 100, Context };
  return { type: "activity", list: "ActivityNotification", entry: { event: "updated", uuid, Activity } };
}

function transcoding(index: number): Notification {
  const state = {
    throttled: false,
    complete: false,
    progress: (index % 1000) / 10,
    size: -22,
    speed: 2.5,
    error: false,
  };
  const video = { videoDecision: "transcode", audioDecision: "copy", protocol: "dash", container: "mp4", width: 1920 };
  const entry = { key: "/transcode/sessions/0123456789abcdef", ...state, duration: 6_600_000, ...video, height: 1080 };
  return { type: "transcodeSession.update", list: "TranscodeSession", entry };
}

/** Of three frames, one is a player's, one is of its transcoding, and one of the library. */
function evening(index: number): Notification {
  const number = Math.floor(index / 3);
  return [home, transcoding, scan][index % 3]?.(number) ?? home(number);
}

/** The notification with that number, of a kind. */
export const makers: Readonly<Record<FrameKind, (index: number) => Notification>> = { home, evening, pauses, scan };

/** As the eventsource stream has it: a bare object. */
export const asEvent = ({ type, list, entry }: Notification): string =>
  `event: ${type}\ndata: ${JSON.stringify({ [list]: entry })}\n\n`;

/** As the websocket has it: a list in a container. */
export const asContainer = ({ type, list, entry }: Notification): string =>
  JSON.stringify({ NotificationContainer: { type, size: 1, [list]: [entry] } });

/** What `/status/sessions` answers: who plays. */
export function sessions(): string {
  const Metadata = players.map((player) => ({
    ...{ sessionKey: String(player), ratingKey: String(100 + player), key: `/library/metadata/${100 + player}` },
    ...{ type: "movie", title: `Film ${player}`, librarySectionTitle: "Films", viewOffset: 0 },
    User: { id: "1", title: "anna" },
    Player: { machineIdentifier: playerId(player), title: `Player ${player}`, product: "Plex", state: "playing" },
  }));
  return JSON.stringify({ MediaContainer: { size: Metadata.length, Metadata } });
}
