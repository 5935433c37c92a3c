// The sources that a plex-source-connection node can be given, to choose from.
(function () {
  window.plexSourcePicker = function (node) {
    const { createPicker, typedText } = window.plexAccess;
    /** @param {{ source: string, name: string, owner: string | null }} found */
    const toEntry = ({ source, name, owner }) => {
      const notes = owner ? [source, node._("plex-source-connection.sources.shared", { owner })] : [source];
      return { id: source, title: name, notes };
    };
    return createPicker({
      node,
      id: "plex-source-connection-picker",
      texts: "plex-source-connection.sources.",
      field: typedText($("#node-input-source")),
      find: { route: "sources", asked: "plex.tv", read: ({ sources }) => sources.map(toEntry) },
    });
  };
})();
