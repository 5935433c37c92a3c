// The button that lists the sources to choose from.
(function () {
  const prefix = "node-red-contrib-plex-access/plex-source-connection:";
  /** Ends what the open dialog has started. */
  let close = () => {};

  /**
   * @param {string} key
   * @param {object} [values]
   */
  function say(key, values) {
    return RED._(prefix + key, values || {});
  }

  /** What the chosen plex-config node asks with; nothing where none is chosen. */
  function readServer() {
    const node = RED.nodes.node(String($("#node-input-server").val() || ""));
    if (!node) return undefined;
    const { id, url, clientIdentifier, tls, proxy, timeout, credentials } = node;
    const token = (credentials && credentials.token) || "";
    return { id, url, token, clientIdentifier, tls: tls || "", proxy: proxy || "", timeout };
  }

  /**
   * @param {{ source: string, name: string, owner: string | null }} found
   * @returns {PlexAccessEntry}
   */
  function toEntry({ source, name, owner }) {
    const notes = owner ? [source, say("plex-source-connection.sources.shared", { owner })] : [source];
    return { id: source, title: name, notes };
  }

  function openPicker() {
    const { openForm, createList, tell, explain, disable } = window.plexAccess;
    const form = openForm();
    const button = $("#plex-source-connection-find");
    const panel = $("#plex-source-connection-picker");
    const message = $("#plex-source-connection-picker-message");
    const filterRow = $("#plex-source-connection-filter-row");
    const filter = $("#plex-source-connection-filter");
    const source = $("#node-input-source");
    /** @type {PlexAccessEntry[]} */
    let entries = [];
    let dropRequest = () => {};
    let release = () => {};

    /** @param {PlexAccessEntry} entry */
    const choose = ({ id, title }) => {
      source.typedInput("type", "str");
      source.typedInput("value", id);
      hide();
      tell(message, "ok", say("plex-source-connection.sources.chosen", { name: title }));
      button.trigger("focus");
    };
    const list = createList($("#plex-source-connection-sources"), choose);

    /** @param {PlexAccessEntry[]} shown */
    const show = (shown) => {
      const isText = source.typedInput("type") === "str";
      list.show(shown, isText ? String(source.typedInput("value")) : "");
    };

    function hide() {
      dropRequest();
      release();
      tell(message, "info");
      filterRow.prop("hidden", true);
      filter.val("");
      list.show([], "");
      button.attr("aria-expanded", "false");
    }

    function search() {
      hide();
      button.attr("aria-expanded", "true");
      const server = readServer();
      if (!server) return tell(message, "problem", say("plex-source-connection.sources.no-server"));
      tell(message, "running", say("plex-source-connection.sources.asking"));
      release = disable(button);
      dropRequest = form.ask("sources", server, ({ error, sources }) => {
        release();
        if (error) return tell(message, "problem", explain(error, "plex.tv"));
        entries = sources.map(toEntry);
        if (entries.length === 0) return tell(message, "info", say("plex-source-connection.sources.none"));
        tell(message, "ok", say("plex-source-connection.sources.found", { number: entries.length }));
        filterRow.prop("hidden", false);
        show(entries);
        filter.trigger("focus");
      });
    }

    filter.on("input", () => {
      const wanted = String(filter.val()).trim().toLowerCase();
      const textOf = (/** @type {PlexAccessEntry} */ { title, notes }) => [title, ...notes].join(" ").toLowerCase();
      const matching = entries.filter((entry) => textOf(entry).includes(wanted));
      show(matching);
      if (matching.length === 0) tell(message, "info", say("plex-source-connection.sources.no-match"));
      else tell(message, "ok", say("plex-source-connection.sources.found", { number: matching.length }));
    });
    filter.on("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      list.focus();
    });
    panel.on("keydown", (event) => {
      if (event.key !== "Escape" || button.attr("aria-expanded") !== "true") return;
      event.stopPropagation();
      hide();
      button.trigger("focus");
    });
    button.on("click", () => (button.attr("aria-expanded") === "true" ? hide() : search()));
    // Another server has other sources.
    $("#node-input-server").on("change", hide);
    close = () => form.close();
  }

  window.plexSourcePicker = { open: openPicker, close: () => close() };
})();
