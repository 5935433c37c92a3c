// What the forms of this package share. Other pages use it once a dialog is open.
(function () {
  const codes = ["not-configured", "invalid-input", "bad-request", "unauthorized", "forbidden", "not-found"]
    .concat(["rate-limited", "server-error", "http-error", "redirected", "unreachable", "timeout", "tls"])
    .concat(["invalid-response", "no-connection", "cancelled"]);
  const details = ["secure-required", "certificate-name", "claim-token", "transient-token", "token-elsewhere"]
    .concat(["not-deployed", "in-subflow", "session-unknown", "base-path"])
    .concat(["token-revoked", "own-fault", "this-machine", "login-in-front", "proxy-service", "weak-certificate"]);
  /** These name a setting. */
  const named = ["variable-unset", "setting-refused"];
  const settings = ["url", "token", "tls", "proxy", "timeout", "clientIdentifier"];
  /** These have other words where it is plex.tv that was asked; "other" stands for the rest of those it answers. */
  const plexTvCodes = [
    "not-configured",
    "unauthorized",
    "forbidden",
    "not-found",
    "rate-limited",
    "server-error",
  ].concat(["unreachable", "timeout", "tls"]);
  const plexTvOthers = ["bad-request", "http-error", "redirected", "invalid-response"];
  const icons = {
    running: "fa-spinner fa-pulse",
    ok: "fa-check-circle",
    problem: "fa-exclamation-triangle",
    info: "fa-info-circle",
  };
  const plexAccess = /** @type {PlexAccess} */ ({});
  window.plexAccess = plexAccess;

  plexAccess.say = function (key, values) {
    return RED._("node-red-contrib-plex-access/plex-config:" + key, values || {});
  };

  /** @param {string} setting */
  const nameOf = (setting) => (settings.includes(setting) ? plexAccess.say("plex-config.label." + setting) : setting);

  plexAccess.explain = function ({ code, detail, key, message, target, setting = "", variable = "" }, asked) {
    if (key) return plexAccess.say(key);
    const values = { setting: nameOf(setting), variable };
    if (detail && named.includes(detail)) return plexAccess.say("plex-config.error." + detail, values);
    if (asked === "plex.tv" && detail === "token-revoked") return plexAccess.say("plex-config.plex-tv.token-revoked");
    if (asked === "server" && target) return plexAccess.say("plex-config.error.redirected-to", { target });
    if (detail && details.includes(detail)) return plexAccess.say("plex-config.error." + detail);
    if (asked === "plex.tv" && plexTvCodes.includes(code)) return plexAccess.say("plex-config.plex-tv." + code);
    if (asked === "plex.tv" && plexTvOthers.includes(code)) return plexAccess.say("plex-config.plex-tv.other");
    return codes.includes(code) ? plexAccess.say("plex-config.error." + code) : String(message);
  };

  plexAccess.makeIcon = function (tone) {
    return $("<i>", { class: "fa " + icons[tone] + " plex-access-" + tone, "aria-hidden": "true" });
  };

  plexAccess.tell = function (element, tone, ...sentences) {
    element.empty();
    if (sentences.length === 0) return;
    const text = $("<div>").append(...sentences.map((sentence) => $("<div>").text(sentence)));
    element.append(plexAccess.makeIcon(tone), text);
  };

  /**
   * @param {number} status what is answered when it is not the route that does
   * @param {{ code?: string }} [body]
   */
  function keyOf(status, body) {
    if (body && body.code === "foreign-origin") return "plex-config.request.foreign-origin";
    if (status === 401 || status === 403) return "plex-config.request.forbidden";
    return status === 404 ? "plex-config.request.missing" : "plex-config.request.failed";
  }

  plexAccess.openForm = function () {
    /** @type {Set<() => void>} */
    const running = new Set();
    return {
      ask(route, body, onReply) {
        let wanted = true;
        const request = $.ajax({
          url: "plex-config/" + route,
          type: "POST",
          contentType: "application/json",
          data: JSON.stringify(body),
          success: (reply) => settle(reply),
          error: ({ status, responseJSON }) =>
            settle({ error: { code: "", message: "", key: keyOf(status, responseJSON) } }),
        });
        /** @param {any} reply */
        function settle(reply) {
          if (!wanted) return;
          wanted = false;
          running.delete(drop);
          onReply(reply);
        }
        function drop() {
          if (!wanted) return;
          wanted = false;
          running.delete(drop);
          request.abort();
        }
        running.add(drop);
        return drop;
      },
      close() {
        for (const drop of Array.from(running)) drop();
      },
    };
  };

  plexAccess.mayAsk = () => RED.user.hasPermission("flows.write");

  plexAccess.onPress = function (button, press) {
    button.on("click", () => {
      if (button.attr("aria-disabled") !== "true") press();
    });
  };

  plexAccess.disable = function (...buttons) {
    /** @param {boolean} off */
    const set = (off) => {
      // Not the property: a button that loses the focus takes the keyboard out of the dialog.
      for (const button of buttons) button.attr("aria-disabled", String(off)).toggleClass("disabled", off);
    };
    set(true);
    return () => set(false);
  };

  plexAccess.lockForReaders = function (message, ...buttons) {
    if (plexAccess.mayAsk()) return;
    plexAccess.disable(...buttons);
    plexAccess.tell(message, "info", plexAccess.say("plex-config.request.read-only"));
  };
})();
