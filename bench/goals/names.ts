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
} as const;
