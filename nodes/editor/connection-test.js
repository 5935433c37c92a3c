// The button that says whether the settings work, deployed or not.
(function () {
  const { plexAccess } = window;
  const { say, tell } = plexAccess;

  /** @param {{ server: { version: string | null, claimed: boolean }, mints: boolean }} result */
  function describe({ server, mints }) {
    return [
      ...(server.version ? [say("plex-config.test.version", { version: server.version })] : []),
      say(server.claimed ? "plex-config.test.claimed" : "plex-config.test.unclaimed"),
      say("plex-config.test.accepted"),
      say(mints ? "plex-config.test.mints" : "plex-config.test.mints-not"),
    ];
  }

  plexAccess.createConnectionTest = function ({ form, fields, filling, watched, findWrong, goTo }) {
    const button = $("#plex-config-test-button");
    const message = $("#plex-config-test-message");
    const suggested = $("#plex-config-suggestion");
    const use = $("#plex-config-use-button");
    let suggestion = "";
    let dropRequest = () => {};
    let release = () => {};

    function clear() {
      dropRequest();
      release();
      suggestion = "";
      suggested.prop("hidden", true);
      tell(message, "info");
    }

    /** What comes below the button may come below the end of the dialog. */
    function bringIntoView() {
      const last = suggestion === "" ? message : suggested;
      last[0].scrollIntoView({ block: "nearest" });
    }

    /** @param {any} reply */
    function show({ error, suggestion: better, server, mints, latency }) {
      release();
      if (!error) {
        const works = say("plex-config.test.ok", { name: server.name, latency });
        tell(message, mints ? "ok" : "info", works, ...describe({ server, mints }));
        return bringIntoView();
      }
      const reached = server ? [say("plex-config.test.partly", { name: server.name })] : [];
      suggestion = typeof better === "string" ? better : "";
      const should = suggestion === "" ? [] : [say("plex-config.test.suggestion", { url: suggestion })];
      tell(message, "problem", ...reached, plexAccess.explain(error, "server"), ...should);
      suggested.prop("hidden", suggestion === "");
      bringIntoView();
      if (error.setting) goTo(error.setting);
    }

    plexAccess.onPress(button, () => {
      clear();
      const wrong = findWrong();
      if (wrong) {
        tell(message, "problem", wrong.sentence);
        bringIntoView();
        return goTo(wrong.setting);
      }
      if (filling.isDoubtful()) {
        tell(message, "problem", say("plex-config.chosen.kept"));
        return void $("#plex-config-trust-button").trigger("focus");
      }
      tell(message, "running", say("plex-config.test.running"));
      release = plexAccess.disable(button);
      dropRequest = form.ask("test", fields(), show);
    });
    use.on("click", () => {
      // It is what the person wants now, and goes with no other server.
      $("#node-config-input-url").val(suggestion).trigger("input").trigger("change");
      clear();
      button.trigger("focus");
    });
    // What was found out is of other values than those that stand there now.
    if (plexAccess.mayAsk()) watched.on("input change", clear);
    plexAccess.lockForReaders(message, button);
  };
})();
