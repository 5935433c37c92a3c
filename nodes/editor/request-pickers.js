// The buttons of a plex-request's form: the usual endpoints by name, and the players to choose from.
(function () {
  const prefix = "node-red-contrib-plex-access/plex-request:";
  /** Ends what the open dialog has started. */
  let close = () => {};

  /**
   * @param {string} key
   * @param {object} [values]
   */
  function say(key, values) {
    return RED._(prefix + key, values || {});
  }

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

  function createEndpointPicker() {
    const { createPicker } = window.plexAccess;
    const [method, path, query] = ["method", "path", "query"].map((name) => $("#node-input-" + name));
    /** @param {Endpoint} endpoint */
    const idOf = (endpoint) => (endpoint.method || "GET") + " " + endpoint.path;
    /** @param {JQuery} field */
    const valueOf = (field) => String(field.typedInput("value"));

    createPicker({
      name: "plex-request-endpoint",
      listName: "list",
      words: {
        none: () => say("plex-request.endpoints.no-match"),
        noMatch: () => say("plex-request.endpoints.no-match"),
        found: (number) => say("plex-request.endpoints.found", { number }),
      },
      getChosen: () => (path.typedInput("type") === "str" ? String(method.val()) + " " + valueOf(path) : ""),
      find({ show }) {
        show(
          endpoints.map((endpoint) => ({
            id: idOf(endpoint),
            title: say("plex-request.endpoint." + endpoint.key),
            notes: [idOf(endpoint)],
          })),
        );
        return () => {};
      },
      onChoose({ id, title }) {
        const chosen = endpoints.find((endpoint) => idOf(endpoint) === id) || endpoints[0];
        method.val(chosen.method || "GET").trigger("change");
        path.typedInput("type", "str");
        path.typedInput("value", chosen.path);
        query.typedInput("type", "json");
        query.typedInput("value", JSON.stringify(chosen.query || {}));
        if (chosen.all) $("#node-input-all").prop("checked", true).trigger("change");
        const filled = say("plex-request.endpoints.chosen", { name: title });
        return chosen.own ? [filled, say("plex-request.endpoints.own")] : [filled];
      },
    });
  }

  /**
   * @typedef {{ machineIdentifier: string, name: string, product: string | null, playing: boolean, online: boolean,
   *   users: { name: string }[] }} Player
   */

  /**
   * @param {Player} player
   * @returns {PlexAccessEntry}
   */
  function toEntry({ machineIdentifier, name, product, playing, online, users }) {
    const names = users.map((user) => user.name).join(", ");
    const playingNow = names === "" ? say("plex-request.players.playing") : say("plex-request.players.user", { names });
    const state = playing ? [playingNow] : online ? [] : [say("plex-request.players.offline")];
    return { id: machineIdentifier, title: name, notes: [...(product ? [product] : []), ...state, machineIdentifier] };
  }

  /** @param {PlexAccessForm} form */
  function createPlayerPicker(form) {
    const { createPicker, readServer, explain } = window.plexAccess;
    const player = $("#node-input-player");
    return createPicker({
      name: "plex-request-player",
      listName: "list",
      words: {
        none: () => say("plex-request.players.none"),
        noMatch: () => say("plex-request.players.no-match"),
        found: (number) => say("plex-request.players.found", { number }),
      },
      getChosen: () => (player.typedInput("type") === "str" ? String(player.typedInput("value")) : ""),
      find({ show, tell }) {
        const server = readServer();
        if (!server) {
          tell("problem", say("plex-request.players.no-server"));
          return () => {};
        }
        tell("running", say("plex-request.players.asking"));
        return form.ask("players", server, ({ error, players }) => {
          if (error) tell("problem", explain(error, "server"));
          else show(players.map(toEntry));
        });
      },
      onChoose({ id, title }) {
        player.typedInput("type", "str");
        player.typedInput("value", id);
        return [say("plex-request.players.chosen", { name: title })];
      },
    });
  }

  function openPickers() {
    const form = window.plexAccess.openForm();
    createEndpointPicker();
    const players = createPlayerPicker(form);
    // Another server has other players.
    $("#node-input-server").on("change", players.hide);
    close = () => form.close();
  }

  window.plexRequestPickers = { open: openPickers, close: () => close() };
})();
