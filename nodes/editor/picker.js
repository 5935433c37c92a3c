// A button beside a field that opens a list to choose from, with a filter.
(function () {
  const { plexAccess } = window;

  plexAccess.readServer = function () {
    const node = RED.nodes.node(String($("#node-input-server").val() || ""));
    if (!node) return undefined;
    const { id, url, clientIdentifier, tls, proxy, timeout, credentials } = node;
    const token = (credentials && credentials.token) || "";
    return { id, url, token, clientIdentifier, tls: tls || "", proxy: proxy || "", timeout };
  };

  plexAccess.createPicker = function ({ name, listName, words, getChosen, find, onChoose }) {
    const { createList, tell, disable } = plexAccess;
    /** @param {string} part */
    const $part = (part) => $("#" + name + "-" + part);
    const [button, panel, message] = [$part("find"), $part("picker"), $part("picker-message")];
    const [filterRow, filter] = [$part("filter-row"), $part("filter")];
    /** @type {PlexAccessEntry[]} */
    let entries = [];
    let drop = () => {};
    let release = () => {};

    const list = createList($part(listName), (entry) => {
      const sentences = onChoose(entry);
      hide();
      tell(message, "ok", ...sentences);
      button.trigger("focus");
    });

    function hide() {
      drop();
      release();
      tell(message, "info");
      filterRow.prop("hidden", true);
      filter.val("");
      list.show([], "");
      button.attr("aria-expanded", "false");
    }

    /** @param {PlexAccessEntry[]} found */
    function show(found) {
      release();
      entries = found;
      if (entries.length === 0) return tell(message, "info", words.none());
      tell(message, "ok", words.found(entries.length));
      filterRow.prop("hidden", false);
      list.show(entries, getChosen());
      filter.trigger("focus");
    }

    function open() {
      hide();
      button.attr("aria-expanded", "true");
      release = disable(button);
      drop = find({
        show,
        tell(tone, sentence) {
          if (tone !== "running") release();
          tell(message, tone, sentence);
        },
      });
    }

    filter.on("input", () => {
      const wanted = String(filter.val()).trim().toLowerCase();
      const textOf = (/** @type {PlexAccessEntry} */ { title, notes }) => [title, ...notes].join(" ").toLowerCase();
      const matching = entries.filter((entry) => textOf(entry).includes(wanted));
      list.show(matching, getChosen());
      if (matching.length === 0) tell(message, "info", words.noMatch());
      else tell(message, "ok", words.found(matching.length));
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
    button.on("click", () => (button.attr("aria-expanded") === "true" ? hide() : open()));
    return { hide };
  };
})();
