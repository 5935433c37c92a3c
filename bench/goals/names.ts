/** Names of rows, which the goals compare. */
export const names = {
  ours: "plex-transient-token",
  baseline: "plex-transient-token, first build",
  reuse: "plex-transient-token, reuse 60",
  core: "http request (core)",
  bare: "function with node:http",
  change: "change (pass-through)",
  client: "this package's client",
  got: "got",
  first: "the first message",
  next: "the first 200 messages",
  loading: "loading the nodes",
  page: "plex-request",
  listener: "plex-events",
  reporting: "plex-events, with progress",
  listeners: "100 × plex-events",
  webSocket: "websocket in, json, switch",
} as const;
