// The rooms of the code: which other rooms each may import, and which packages each may name. A room is a folder, its
// door is its index.ts (a file without a folder is its own door). eslint.config.mjs makes the lint rules from this table,
// and test/rooms.test.ts holds that there is no import cycle.

/** Room → the doors that it may import. */
export const rooms = {
  "src/settings": ["src/errors", "src/url"],
  "src/answers": ["src/errors", "src/settings", "src/url"],
  "src/http": [
    ...["src/abort", "src/errors", "src/linked-list", "src/load-once", "src/own-fault", "src/progress"],
    ...["src/settings", "src/url"],
    "package.json",
  ],
  "src/calls": ["src/abort", "src/errors", "src/progress", "src/answers"],
  "src/gdm": ["src/answers"],
  "src/probe": ["src/errors", "src/own-fault", "src/answers", "src/http"],
  "src/endpoint": ["src/errors", "src/progress", "src/settings", "src/answers", "src/http", "src/probe", "src/url"],
  "src/plex-tv": ["src/errors", "src/settings", "src/answers", "src/http", "src/url"],
  "src/players": ["src/answers"],
  "src/check-server": ["src/client-settings", "src/errors", "src/settings", "src/answers", "src/http"],
  "src/events/notifications": ["src/answers"],
  "src/events/playback": ["src/events/media-types", "src/events/notifications"],
  "src/events/library": ["src/events/notifications"],
  "src/events/stream": ["src/errors", "src/http"],
  "src/events": ["src/errors", "src/http", "src/load-once", "src/own-fault"],
  "nodes/lib/config": ["nodes/lib/types", "src/errors", "src/http", "src/plex-client", "src/url", "src/warm-up"],
  "nodes/lib/messages": [
    "nodes/lib/config",
    "nodes/lib/types",
    ...["src/errors", "src/events", "src/own-fault", "src/plex-client", "src/progress", "src/settings"],
  ],
  "nodes/lib/admin/http": ["src/errors", "src/own-fault", "src/answers", "src/url"],
  "nodes/lib/admin/form": [
    "nodes/lib/admin/http",
    "nodes/lib/config",
    "nodes/lib/types",
    ...["src/errors", "src/answers", "src/http", "src/probe", "src/settings"],
  ],
  "nodes/lib/admin/sign-in": [
    "nodes/lib/admin/form",
    "nodes/lib/admin/http",
    ...["src/errors", "src/answers", "src/plex-tv", "src/settings"],
  ],
  "nodes/lib/admin/routes": [
    "nodes/lib/admin/form",
    "nodes/lib/admin/http",
    "nodes/lib/admin/sign-in",
    ...["src/errors", "src/answers", "src/check-server", "src/gdm", "src/players", "src/plex-client", "src/plex-tv"],
    "src/settings",
  ],
};

/** Package → the only files and rooms of src/ and nodes/ that may name it. */
export const packages = {
  got: ["src/http/request.ts"],
  hpagent: ["src/http/agent.ts"],
  sax: ["src/http/xml.ts"],
  "eventsource-parser": ["src/events/stream/frame-reader.ts"],
  "node:http": ["src/http"],
  "node:https": ["src/http"],
  "node:http2": [],
  "node:tls": ["src/http", "src/check-server"],
  "node:net": ["src/http", "src/check-server", "src/gdm"],
  "node:dgram": ["src/gdm"],
  undici: [],
};
