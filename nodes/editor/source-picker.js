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

  /**
   * @param {{ source: string, name: string, owner: string | null }} found
   * @returns {PlexAccessEntry}
   */
  function toEntry({ source, name, owner }) {
    const notes = owner ? [source, say("plex-source-connection.sources.shared", { owner })] : [source];
    return { id: source, title: name, notes };
  }

  function openPicker() {
    const { openForm, createPicker, readServer, explain } = window.plexAccess;
    const form = openForm();
    const source = $("#node-input-source");
    const picker = createPicker({
      name: "plex-source-connection",
      listName: "sources",
      words: {
        none: () => say("plex-source-connection.sources.none"),
        noMatch: () => say("plex-source-connection.sources.no-match"),
        found: (number) => say("plex-source-connection.sources.found", { number }),
      },
      getChosen: () => (source.typedInput("type") === "str" ? String(source.typedInput("value")) : ""),
      find({ show, tell }) {
        const server = readServer();
        if (!server) {
          tell("problem", say("plex-source-connection.sources.no-server"));
          return () => {};
        }
        tell("running", say("plex-source-connection.sources.asking"));
        return form.ask("sources", server, ({ error, sources }) => {
          if (error) tell("problem", explain(error, "plex.tv"));
          else show(sources.map(toEntry));
        });
      },
      onChoose({ id, title }) {
        source.typedInput("type", "str");
        source.typedInput("value", id);
        return [say("plex-source-connection.sources.chosen", { name: title })];
      },
    });
    // Another server has other sources.
    $("#node-input-server").on("change", picker.hide);
    close = () => form.close();
  }

  window.plexSourcePicker = { open: openPicker, close: () => close() };
})();
