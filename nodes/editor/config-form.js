// What the form of plex-config does while it is open.
(function () {
  const { plexAccess } = window;
  /** Ends what the open dialog has started. */
  let close = () => {};

  /**
   * Tells below a field, as it is typed, what is wrong with its value. A field that is still empty is left alone.
   * @param {{ _(key: string): string }} node
   * @param {string} field
   * @param {PlexAccessFinder} findProblem
   */
  function explainWhileTyping(node, field, findProblem) {
    const input = $("#node-config-input-" + field);
    const line = $("#plex-config-" + field + "-message");
    /** @param {boolean} typed */
    const show = (typed) => {
      const value = String(input.val());
      const problem = value === "" && !typed ? "" : findProblem(value);
      const key = problem || (field === "token" ? plexAccess.findTokenHint(value) : "");
      line.empty().toggleClass("plex-config-problem", problem !== "");
      input.attr("aria-invalid", String(problem !== ""));
      if (key === "") return;
      const icon = problem === "" ? "fa-info-circle" : "fa-exclamation-triangle";
      line.append($("<i>", { class: "fa " + icon, "aria-hidden": "true" }), $("<span>").text(" " + node._(key)));
    };
    input.on("input", () => show(true)).on("change", () => show(false));
    show(false);
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

  /** @param {Record<string, string | null>} values of these, the empty ones are left alone, and a name that is set */
  function fillForm(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = $("#node-config-input-" + name);
      const isKept = !value || (name === "name" && field.val() !== "");
      if (!isKept) field.val(value).trigger("input").trigger("change");
    }
  }

  /**
   * Sets up the buttons of the form.
   * @param {string} id
   */
  function openDialog(id) {
    close();
    const form = plexAccess.openForm();
    const fields = () => readFields(id);
    let isFilling = false;
    /** @param {Record<string, string | null>} values */
    const fill = (values) => {
      isFilling = true;
      fillForm(values);
      isFilling = false;
    };
    const search = plexAccess.createServerSearch({ form, fields, fill, onStart: () => signIn.quiet() });
    const signIn = plexAccess.createSignIn({ form, fields, onStart: search.stop, onSignedIn: search.signedIn });
    const names = ["url", "token", "tls", "proxy", "clientIdentifier"];
    const watched = $(names.map((name) => "#node-config-input-" + name).join(", "));
    plexAccess.createConnectionTest({ form, fields, fill, watched });
    $("#node-config-input-token").on("input", () => {
      if (!isFilling) search.forgetSession();
    });
    close = () => {
      close = () => {};
      signIn.close();
      form.close();
    };
  }

  window.plexConfigForm = { explainWhileTyping, open: openDialog, close: () => close() };
})();
