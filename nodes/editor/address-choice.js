// The addresses of the chosen server, and what is filled in with one of them.
(function () {
  const { plexAccess } = window;
  const { say, tell } = plexAccess;

  plexAccess.createAddressChoice = function ({ filling, message }) {
    const heading = $("#plex-config-addresses-label");
    /** @type {PlexAccessChosenServer | undefined} */
    let server;
    const list = plexAccess.createList($("#plex-config-addresses"), ({ id }) => take(id));

    /**
     * What was filled in, and what is left to do.
     * @param {PlexAccessChosenServer} chosen
     */
    function describe({ name, token, why }) {
      if (token) return [say("plex-config.chosen.filled", { name })];
      const sentences = [say("plex-config.chosen.url", { name })];
      const isSame = filling.ownToken() !== "" && !filling.isDoubtful();
      if (isSame) return sentences.concat(say("plex-config.chosen.same"));
      if (why !== "") sentences.push(say("plex-config.chosen." + why));
      return filling.isDoubtful() ? sentences.concat(say("plex-config.chosen.kept")) : sentences;
    }

    /** @param {string} uri */
    function take(uri) {
      if (!server) return;
      const { name, token } = server;
      filling.fill({ url: uri, token, name });
      tell(message, token ? "ok" : "info", ...describe(server));
    }

    function show() {
      const { name = "", connections = [] } = server || {};
      heading.text(connections.length > 0 ? say("plex-config.addresses.label", { name }) : "");
      const answered = connections.filter(({ reachable }) => reachable);
      const others = connections.filter(({ reachable }) => !reachable);
      const current = String($("#node-config-input-url").val());
      list.show(answered.concat(others).map(plexAccess.toAddress), server ? current : "");
    }

    return {
      clear() {
        server = undefined;
        show();
      },
      settle(found, best) {
        server = found;
        const { name, connections } = found;
        if (best) take(best.uri);
        else {
          const key = connections.length > 0 ? "no-answer" : "no-address";
          const whose = filling.whose();
          const still = whose === "" ? [] : [say("plex-config.chosen.still", { name: whose })];
          tell(message, "problem", say("plex-config.chosen." + key, { name }), ...still);
        }
        show();
      },
    };
  };
})();
