// What the forms of this package share. Other pages use it once a dialog is open.
(function () {
  const codes = ["not-configured", "invalid-input", "bad-request", "unauthorized", "forbidden", "not-found"]
    .concat(["rate-limited", "server-error", "http-error", "redirected", "unreachable", "timeout", "tls"])
    .concat(["invalid-response", "no-connection", "cancelled"]);
  const details = ["secure-required", "certificate-name", "claim-token", "transient-token", "token-elsewhere"]
    .concat(["not-deployed", "in-subflow", "session-unknown", "base-path"])
    .concat(["token-revoked"]);
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

  plexAccess.explain = function ({ code, detail, key, message, target }, asked) {
    if (key) return plexAccess.say(key);
    if (asked === "plex.tv" && detail === "token-revoked") return plexAccess.say("plex-config.plex-tv.token-revoked");
    if (asked === "server" && target) return plexAccess.say("plex-config.error.redirected-to", { target });
    if (detail && details.includes(detail)) return plexAccess.say("plex-config.error." + detail);
    if (asked === "plex.tv" && plexTvCodes.includes(code)) return plexAccess.say("plex-config.plex-tv." + code);
    if (asked === "plex.tv" && plexTvOthers.includes(code)) return plexAccess.say("plex-config.plex-tv.other");
    return codes.includes(code) ? plexAccess.say("plex-config.error." + code) : String(message);
  };

  plexAccess.tell = function (element, tone, ...sentences) {
    element.empty();
    if (sentences.length === 0) return;
    const text = $("<div>").append(...sentences.map((sentence) => $("<div>").text(sentence)));
    element.append(makeIcon(tone), text);
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

  plexAccess.disable = function (...buttons) {
    const focused = buttons.find((button) => button.is(":focus"));
    for (const button of buttons) button.prop("disabled", true);
    return () => {
      for (const button of buttons) button.prop("disabled", false);
      // Disabled, it lost the focus; by now the user may have put it elsewhere.
      if (focused && document.activeElement === document.body) focused.trigger("focus");
    };
  };

  /** @param {PlexAccessTone} tone */
  function makeIcon(tone) {
    return $("<i>", { class: "fa " + icons[tone] + " plex-access-" + tone, "aria-hidden": "true" });
  }

  /**
   * @param {PlexAccessEntry} entry
   * @param {boolean} first
   */
  function makeOption({ title, notes, tone }, first) {
    const icon = tone ? [makeIcon(tone)] : [];
    return $("<li>", { role: "option", "aria-selected": "false", tabindex: first ? "0" : "-1" }).append(
      $("<div>", { class: "plex-access-title" }).text(title),
      $("<div>", { class: "plex-access-notes" }).append(...icon, $("<span>").text(notes.join(" · "))),
    );
  }

  plexAccess.createList = function (element, onChoose) {
    /** @type {{ entry: PlexAccessEntry, option: JQuery }[]} */
    let shown = [];
    let current = 0;
    /** @param {number} index */
    const moveTo = (index) => {
      if (!shown[index]) return;
      shown[current].option.attr("tabindex", "-1");
      current = index;
      shown[current].option.attr("tabindex", "0").trigger("focus");
    };
    /** @param {number} index */
    const choose = (index) => {
      moveTo(index);
      shown.forEach(({ option }, other) => option.attr("aria-selected", String(other === index)));
      onChoose(shown[index].entry);
    };
    element.off("keydown.plexAccess").on("keydown.plexAccess", (event) => {
      const target = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: shown.length - 1 }[event.key];
      if (target === undefined && event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      if (target === undefined) choose(current);
      else moveTo(target);
    });
    return {
      show(entries, chosen) {
        const had = current < shown.length && shown[current].option.is(":focus");
        current = Math.max(
          0,
          entries.findIndex(({ id }) => id === chosen),
        );
        shown = entries.map((entry, index) => {
          const option = makeOption(entry, index === current).on("click", () => choose(index));
          return { entry, option: option.attr("aria-selected", String(entry.id === chosen)) };
        });
        element.empty().append(...shown.map(({ option }) => option));
        element.prop("hidden", shown.length === 0);
        if (had) moveTo(current);
      },
      focus: () => moveTo(current),
    };
  };
})();
