// The buttons of a plex-request's form: the usual endpoints by name, and the players to choose from.
(function () {
  /**
   * @typedef {{ key: string, method?: string, path: string, query?: object, all?: boolean, own?: boolean }} Endpoint
   * own: whether there are values in it to be replaced by one's own
   */
  const library = "com.plexapp.plugins.library";
  /** @type {Endpoint[]} */
  const endpoints = [
    { key: "libraries", path: "/library/sections" },
    { key: "library", path: "/library/sections/1/all", all: true, own: true },
    { key: "recently-added", path: "/library/recentlyAdded" },
    { key: "on-deck", path: "/library/onDeck" },
    { key: "search", path: "/hubs/search", query: { query: "Alien", limit: 10 }, own: true },
    { key: "sessions", path: "/status/sessions" },
    { key: "history", path: "/status/sessions/history/all", query: { sort: "viewedAt:desc" } },
    { key: "scan", path: "/library/sections/1/refresh", own: true },
    { key: "watched", path: "/:/scrobble", query: { identifier: library, key: "1" }, own: true },
    { key: "unwatched", path: "/:/unscrobble", query: { identifier: library, key: "1" }, own: true },
    { key: "pause", path: "/player/playback/pause", query: { type: "video" } },
    { key: "play", path: "/player/playback/play", query: { type: "video" } },
    {
      key: "terminate",
      method: "POST",
      path: "/status/sessions/terminate",
      query: { sessionId: "1", reason: "Good night" },
      own: true,
    },
  ];

  /** @param {PlexAccessSpeaker} node */
  function createEndpointPicker(node) {
    const [method, path, query] = ["method", "path", "query"].map((name) => $("#node-input-" + name));
    const all = $("#node-input-all");
    /** Whether it was ticked for the endpoint that was chosen before, and by nobody else. */
    let isOurs = false;
    /** @param {boolean} wanted */
    const tickAll = (wanted) => {
      if (wanted === all.prop("checked") || (!wanted && !isOurs)) return;
      isOurs = wanted;
      all.prop("checked", wanted).trigger("change");
    };
    /** @param {Endpoint} endpoint */
    const idOf = (endpoint) => (endpoint.method || "GET") + " " + endpoint.path;
    return window.plexAccess.createPicker({
      node,
      id: "plex-request-endpoint-picker",
      texts: "plex-request.endpoints.",
      field: {
        get: () => (path.typedInput("type") === "str" ? method.val() + " " + path.typedInput("value") : ""),
        set(id) {
          const chosen = endpoints.find((endpoint) => idOf(endpoint) === id) || endpoints[0];
          method.val(chosen.method || "GET").trigger("change");
          path.typedInput("type", "str");
          path.typedInput("value", chosen.path);
          query.typedInput("type", "json");
          query.typedInput("value", JSON.stringify(chosen.query || {}));
          tickAll(chosen.all === true);
        },
      },
      find: {
        entries: endpoints.map((endpoint) => ({
          id: idOf(endpoint),
          title: node._("plex-request.endpoint." + endpoint.key),
          notes: [idOf(endpoint), ...(endpoint.own ? [node._("plex-request.endpoints.own")] : [])],
        })),
      },
    });
  }

  /**
   * @typedef {{ machineIdentifier: string, name: string, product: string | null, playing: boolean, online: boolean,
   *   users: { name: string }[] }} Player
   */

  /** @param {PlexAccessSpeaker} node */
  function createPlayerPicker(node) {
    const { createPicker, typedText } = window.plexAccess;
    /** @param {Player} player */
    const toEntry = ({ machineIdentifier, name, product, playing, online, users }) => {
      const names = users.map((user) => user.name).join(", ");
      const now = node._("plex-request.players." + (names === "" ? "playing" : "user"), { names });
      const state = playing ? [now] : online ? [] : [node._("plex-request.players.offline")];
      return {
        id: machineIdentifier,
        title: name,
        notes: [...(product ? [product] : []), ...state, machineIdentifier],
      };
    };
    return createPicker({
      node,
      id: "plex-request-player-picker",
      texts: "plex-request.players.",
      field: typedText($("#node-input-player")),
      find: { route: "players", asked: "server", read: ({ players }) => players.map(toEntry) },
    });
  }

  window.plexRequestPickers = function (node) {
    const pickers = [createEndpointPicker(node), createPlayerPicker(node)];
    return {
      close() {
        for (const picker of pickers) picker.close();
      },
    };
  };
})();
