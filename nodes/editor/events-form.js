// The form of plex-events: which of its rows count, the types of media, and the players and users to choose from.
(function () {
  const mediaTypes = ["movie", "episode", "track", "photo", "clip"];
  /** The rows that count for what is listened to. */
  const rows = ["player", "user", "media", "settle", "progress"];
  /** @type {Record<string, string[]>} */
  const counting = { playback: rows, library: ["media"], all: [] };

  /** @param {string} type */
  const box = (type) => $("#node-input-media-" + type);

  function readMedia() {
    return mediaTypes.filter((type) => box(type).prop("checked") === true);
  }

  /** @typedef {{ id: string | null, name: string }} User */
  /** @typedef {{ machineIdentifier: string, name: string, product: string | null, playing: boolean, users: User[] }} Player */

  /**
   * @param {PlexAccessSpeaker} node
   * @param {Player} player
   */
  function toPlayer(node, { machineIdentifier, name, product, playing }) {
    const state = playing ? [node._("plex-events.players.playing")] : [];
    return { id: machineIdentifier, title: name, notes: [...(product ? [product] : []), ...state] };
  }

  /** Those who play something, each once. @param {Player[]} players */
  function toUsers(players) {
    /** @type {Map<string, PlexAccessEntry>} */
    const users = new Map();
    for (const player of players) {
      for (const { id, name } of player.users) {
        const key = id || name;
        if (!users.has(key)) users.set(key, { id: key, title: name, notes: [player.name] });
      }
    }
    return Array.from(users.values());
  }

  /**
   * @param {PlexAccessSpeaker} node
   * @param {string} property
   * @param {(players: Player[]) => PlexAccessEntry[]} toEntries
   */
  function openPicker(node, property, toEntries) {
    const { createPicker, plainText } = window.plexAccess;
    return createPicker({
      node,
      id: "plex-events-" + property,
      texts: property === "player" ? "plex-events.players." : "plex-events.users.",
      field: plainText($("#node-input-" + property)),
      find: { route: "players", asked: "server", read: ({ players }) => toEntries(players) },
    });
  }

  /**
   * Tells below a field what is wrong with it.
   * @param {string} property
   * @param {() => string} explain
   */
  function explain(property, explain) {
    // A group of checkboxes cannot be told to be invalid.
    const field = property === "media" ? $("<div>") : $("#node-input-" + property);
    const line = $("#plex-events-" + property + "-note");
    return window.plexAccess.explainField({ field, line, explain: () => ({ problem: explain() }) });
  }

  window.plexEventsForm = {
    open(node, problems) {
      const listen = $("#node-input-listen");
      const showRows = () => {
        const shown = counting[String(listen.val())] || rows;
        for (const row of rows) $("#plex-events-" + row + "-row").prop("hidden", !shown.includes(row));
      };
      for (const type of mediaTypes) box(type).prop("checked", node.media.includes(type));
      for (const property of ["player", "user", "settle"]) {
        explain(property, () => problems(property, $("#node-input-" + property).val()));
      }
      const showMedia = explain("media", () => problems("media", readMedia()));
      for (const type of mediaTypes) box(type).on("change", showMedia);
      listen.on("change", showRows);
      showRows();
      const pickers = [
        openPicker(node, "player", (players) => players.map((player) => toPlayer(node, player))),
        openPicker(node, "user", toUsers),
      ];
      return { readMedia, close: () => pickers.forEach((picker) => picker.close()) };
    },
  };
})();
