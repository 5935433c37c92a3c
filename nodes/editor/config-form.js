// What the form of plex-config does while it is open.
(function () {
  const { plexAccess } = window;
  const { finders } = plexAccess;
  const settings = /** @type {const} */ (["url", "token", "clientIdentifier", "timeout", "retries"]);
  /** Ends what the open dialog has started. @param {boolean} isKept whether what stands in it is kept */
  let close = (isKept) => void isKept;
  /** The node whose dialog is open, and whether its token may go to its URL. */
  let open = { id: "", isDoubtful: () => false };
  /** Nodes that were left with the URL of one server and a token that was not entered for it. @type {Map<string, string>} */
  const doubtful = new Map();

  /**
   * Tells below each field, as it is typed, what is wrong with its value. A field that is still empty is left alone.
   * @param {PlexAccessSpeaker} node
   */
  function explainFields(node) {
    for (const setting of settings) {
      const field = $("#node-config-input-" + setting);
      const explain = (/** @type {boolean} */ isTyped) => {
        const value = String(field.val());
        // An identifier that is cleared is made anew.
        const isLeftAlone = value === "" && (!isTyped || setting === "clientIdentifier");
        const problem = isLeftAlone ? "" : finders[setting](value);
        const hint = setting === "token" ? plexAccess.findTokenHint(value) : "";
        return { problem: problem && node._(problem), hint: hint && node._(hint) };
      };
      plexAccess.explainField({ field, line: $("#plex-config-" + setting + "-message"), explain });
    }
  }

  /**
   * What the form holds now.
   * @param {string} id
   */
  function readFields(id) {
    /** @param {string} name */
    const read = (name) => String($("#node-config-input-" + name).val() || "");
    const [url, token, clientIdentifier] = [read("url"), read("token"), read("clientIdentifier")];
    const connection = { tls: read("tls"), proxy: read("proxy"), timeout: read("timeout") };
    return { id, url, token, clientIdentifier, ...connection };
  }

  /**
   * The first of the settings that cannot work, with the sentence that its field has.
   * @param {PlexAccessSpeaker} node
   */
  function findWrong(node) {
    for (const setting of settings) {
      const problem = finders[setting](String($("#node-config-input-" + setting).val()));
      if (problem !== "") return { setting, sentence: node._(problem) };
    }
    return undefined;
  }

  /** @param {string} setting */
  function goTo(setting) {
    const field = $("#node-config-input-" + setting);
    if (field.closest("#plex-config-more").length > 0) $("#plex-config-more").prop("open", true);
    field.trigger("focus");
  }

  /** The button that the person says with that the token is for the chosen server, while that is in doubt. */
  function openTrust() {
    const row = $("#plex-config-trust");
    const message = $("#plex-config-find-message");
    let wasDoubtful = false;
    const filling = plexAccess.createFilling({
      onDoubt(isDoubtful) {
        row.prop("hidden", !isDoubtful);
        if (wasDoubtful && !isDoubtful) plexAccess.tell(message, "ok", plexAccess.say("plex-config.chosen.trusted"));
        wasDoubtful = isDoubtful;
      },
    });
    $("#plex-config-trust-button").on("click", () => {
      filling.trust();
      $("#plex-config-test-button").trigger("focus");
    });
    return filling;
  }

  /**
   * Sets up the buttons of the form.
   * @param {PlexAccessSpeaker & { id: string, url: string }} node
   */
  function openDialog(node) {
    close(false);
    const { id } = node;
    const form = plexAccess.openForm();
    const fields = () => readFields(id);
    const filling = openTrust();
    open = { id, isDoubtful: filling.isDoubtful };
    const search = plexAccess.createServerSearch({ form, fields, filling, onStart: () => signIn.quiet() });
    const signIn = plexAccess.createSignIn({ form, fields, onStart: search.leaveAccount, onSignedIn: search.signedIn });
    const names = ["url", "token", "tls", "proxy", "clientIdentifier", "timeout"];
    const watched = $(names.map((name) => "#node-config-input-" + name).join(", "));
    plexAccess.createConnectionTest({ form, fields, filling, watched, findWrong: () => findWrong(node), goTo });
    const hideToken = plexAccess.openTokenSight(filling);
    if (doubtful.has(id) && doubtful.get(id) === node.url) {
      filling.resume(node.url);
      plexAccess.tell($("#plex-config-find-message"), "info", plexAccess.say("plex-config.chosen.kept"));
    }
    $("#node-config-input-token").on("input", () => {
      if (!filling.isBusy()) search.forgetSession();
    });
    close = (isKept) => {
      close = () => {};
      if (isKept && filling.isDoubtful()) doubtful.set(id, fields().url);
      else if (isKept) doubtful.delete(id);
      open = { id: "", isDoubtful: () => false };
      hideToken();
      signIn.close();
      form.close();
    };
  }

  window.plexConfigForm = {
    explainFields,
    open: openDialog,
    close: (isKept) => close(isKept),
    isDoubtful: (id, url) =>
      open.id === id ? open.isDoubtful() : doubtful.has(id) && doubtful.get(id) === String(url),
  };
})();
