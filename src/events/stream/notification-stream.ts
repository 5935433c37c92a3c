import type { HttpClient } from "../../http";
import { createFrameReader, type OnFrame } from "./frame-reader";

/** What is to be heard, and by whom. */
export interface NotificationStreamOptions {
  /** Value of `filters`: a list of types, or one with a `-` before it for all but these. */
  readonly filters: string;
  /** ms without a byte after which the stream counts as gone; its head may take as long. */
  readonly silence: number;
  readonly signal: AbortSignal;
  /** The server has agreed. */
  readonly onOpen: () => void;
  readonly onFrame: OnFrame;
}

/**
 * Listens to `/:/eventsource/notifications`. Plex documents another content type for it than it sends, and does not say
 * what it makes of an Accept that names another; it is asked for as its name says.
 * @returns never: rejects with the PlexError that says how it ended
 */
export function readNotifications(http: HttpClient, options: NotificationStreamOptions): Promise<never> {
  const { filters, silence, signal, onOpen, onFrame } = options;
  return http.stream({
    path: `/:/eventsource/notifications?filters=${encodeURIComponent(filters)}`,
    headers: { accept: "text/event-stream", "accept-encoding": "identity" },
    silence,
    signal,
    onOpen,
    onData: createFrameReader(onFrame),
  });
}
